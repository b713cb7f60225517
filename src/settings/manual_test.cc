#include "base/roff.h"
#include "settings/describe.h"
#include "settings/described.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace signet::settings {
namespace {

TEST(Manual, has_every_section_with_all_its_keys) {
    auto rest = manual_page("Signet 1.2.3");
    for (const auto& section : sections()) {
        for (const auto& key : section.keys) {
            const auto item =
                ".TP\n" + roff("`" + std::string{key.name} + "`") + "\n" + roff(key.description);
            const auto at = rest.find(item);
            ASSERT_NE(at, std::string::npos) << section.name << "." << key.name;
            rest.erase(0, at + item.size());
        }
    }
}

TEST(Manual, is_ascii_and_begins_as_man_5_wants_it) {
    const auto page = manual_page("Signet 1.2.3");
    EXPECT_TRUE(page.starts_with(".TH \"SIGNET.TOML\" \"5\" \"\" \"Signet 1.2.3\""));
    EXPECT_THAT(page, testing::HasSubstr("\n.SH NAME\nsignet.toml \\- "));
    EXPECT_TRUE(
        std::ranges::all_of(page, [](char c) { return static_cast<unsigned char>(c) < 128; }));
}

}  // namespace
}  // namespace signet::settings
