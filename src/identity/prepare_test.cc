#include "identity/prepare.h"

#include <gtest/gtest.h>

namespace signet::identity {
namespace {

using namespace std::string_literals;

TEST(Prepare, APasswordHasOneFormIfItIsAsciiAndMoreWhereOthersKeptItOtherwise) {
    struct Case {
        std::string presented;
        std::vector<std::string> forms;
    };
    const Case cases[] = {
        {"correct horse", {"correct horse"}},
        {"caf\u00E9", {"caf\u00E9"}},
        {"cafe\u0301", {"caf\u00E9", "cafe\u0301"}},
        {"\uFB01sh", {"\uFB01sh", "fish"}},  // one ligature
        {"a\u00A0b", {"a b", "a\u00A0b"}},   // a space that is none
        {"\u00A0\uFB01", {" \uFB01", "\u00A0\uFB01", " fi"}},
        {"\U0001F511", {"\U0001F511"}},    // newer than SASLprep
        {"a\u00ADb", {"a\u00ADb", "ab"}},  // nobody sees it
        {"tab\there", {"tab\there"}},      // neither takes it
        {"\u0378", {"\u0378"}},            // unassigned
    };
    for (const auto& c : cases) {
        std::vector<std::string> forms;
        for (const auto& form : password_forms(Secret::copy_of(c.presented))) {
            forms.emplace_back(form.reveal());
        }
        EXPECT_EQ(forms, c.forms) << c.presented;
    }
}

}  // namespace
}  // namespace signet::identity
