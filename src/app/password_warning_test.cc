#include "app/password_warning.h"

#include <gtest/gtest.h>

namespace signet::app {
namespace {

using std::chrono::days;
using std::chrono::hours;
constexpr WallTime kMade{days{20'000}};
constexpr WallTime kEnds = kMade + days{365};

const settings::PasswordAgeSettings kAge{.most = days{365}, .warn_before = {"3d", "14d"}};

struct Ann {
    identity::Account account{.name = "ann",
                              .send_as = {{"", "shop.example"}, {"ann", "a.example"}}};
    identity::Credential credential{.id = "password"};
    AgingPassword aging{account, credential, kEnds};
};

TEST(PasswordWarning, EachIsDueOnceAndTheLatestCounts) {
    const Ann ann;
    const auto due = [&](std::optional<days> last, WallTime now) {
        return due_warning(ann.aging, kAge, last, now);
    };
    EXPECT_EQ(due({}, kEnds - days{15}), std::nullopt);
    EXPECT_EQ(due({}, kEnds - days{14}), days{14});
    EXPECT_EQ(due(days{14}, kEnds - days{4}), std::nullopt);
    EXPECT_EQ(due(days{14}, kEnds - days{3}), days{3});
    EXPECT_EQ(due({}, kEnds - days{1}), days{3}) << "not both at once";
    EXPECT_EQ(due(days{3}, kEnds - hours{1}), std::nullopt);
    EXPECT_EQ(due({}, kEnds), std::nullopt) << "too late for a warning";
}

TEST(PasswordWarning, GoesToTheFirstAddressThatIsSomebodys) {
    Ann ann;
    settings::Snapshot settings;
    settings.hostname = "mail.example.com";
    settings.passwords.age = kAge;
    settings.passwords.age.page = "https://example.com/me\r\nBcc: eve@evil.example";
    const auto letter = password_warning(ann.aging, settings, "01ID", kEnds - days{14});
    ASSERT_TRUE(letter);
    EXPECT_TRUE(letter->info.envelope.sender.is_null());
    EXPECT_EQ(letter->info.origin(), queue::Origin::signet);
    ASSERT_EQ(letter->info.envelope.recipients.size(), 1u);
    EXPECT_EQ(letter->info.envelope.recipients[0].mailbox.text(), "ann@a.example");
    EXPECT_TRUE(letter->info.envelope.recipients[0].notify.asked);
    const auto& text = letter->content;
    EXPECT_TRUE(text.contains("\r\nAuto-Submitted: auto-generated\r\n"));
    EXPECT_TRUE(text.contains("\r\nMessage-ID: <01ID@mail.example.com>\r\n"));
    EXPECT_FALSE(text.contains("\nBcc:")) << text;
    EXPECT_TRUE(text.contains("account ann opens mail until"));
    ann.account.send_as = {{"", "shop.example"}};
    EXPECT_FALSE(password_warning(ann.aging, settings, "01ID", kEnds));
}

}  // namespace
}  // namespace signet::app
