#include "base/roff.h"
#include "cli/help.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace signet::cli {
namespace {

TEST(Manual, has_every_command_with_all_its_arguments) {
    const auto page = manual_page();
    for (const auto* command : commands()) {
        const auto at = page.find(roff_subsection("signet " + command->name()));
        ASSERT_NE(at, std::string::npos) << command->name();
        const auto section = page.substr(at, page.find(".SS", at + 1) - at);
        for (const auto& argument : command->arguments) {
            EXPECT_THAT(section, testing::HasSubstr(roff("`" + written(argument) + "`")))
                << command->name();
        }
    }
    for (const auto& argument : global_arguments()) {
        EXPECT_THAT(page, testing::HasSubstr(roff("`" + written(argument) + "`")));
    }
}

TEST(Manual, is_ascii_and_begins_as_man_1_wants_it) {
    const auto page = manual_page();
    EXPECT_TRUE(page.starts_with(".TH \"SIGNET\" \"1\" \"\" \"Signet 0."));
    EXPECT_THAT(page, testing::HasSubstr("\n.SH NAME\nsignet \\- "));
    EXPECT_TRUE(
        std::ranges::all_of(page, [](char c) { return static_cast<unsigned char>(c) < 128; }));
}

}  // namespace
}  // namespace signet::cli
