#include "mail/fixups.h"

#include <gtest/gtest.h>

namespace signet::mail {
namespace {

const WallTime kNow{std::chrono::seconds{1'795'500'000}};
constexpr std::string_view kDate = "Date: Tue, 24 Nov 2026 06:00:00 +0000\r\n";
constexpr std::string_view kId = "Message-ID: <01K@mail.example.com>\r\n";

Fixups fix(std::string_view header) {
    return fix_up(Header{header},
                  {.author = {}, .now = kNow, .unique = "01K", .hostname = "mail.example.com"});
}

TEST(Fixups, add_what_is_missing_and_nothing_else) {
    const auto both = std::string{kDate} + std::string{kId};
    struct Case {
        std::string_view header, fields, message_id;
    };
    const Case cases[] = {
        {"", both, "<01K@mail.example.com>"},
        {"Subject: x\r\n", both, "<01K@mail.example.com>"},
        {"Date: yesterday\r\n", kId, "<01K@mail.example.com>"},
        {"DATE:\r\n", kId, "<01K@mail.example.com>"},
        {"Message-ID: <1@a>\r\n", kDate, "<1@a>"},
        {"message-id:\r\n <1@a>\r\n", kDate, "<1@a>"},
        {"Message-Id : <1@a>\r\nDate: x\r\n", "", "<1@a>"},
        {"Message-ID: <1@a>\r\nMessage-ID: <2@a>\r\nDate: x\r\n", "", "<1@a>"},
        {"Message-ID:\r\nDate: x\r\n", "", ""},
        {"Resent-Date: x\r\nX-Message-ID: 1\r\n", both, "<01K@mail.example.com>"},
        {"Subject: x\r\n Date: folded, not a field\r\n", both, "<01K@mail.example.com>"},
        {"Bcc: eve@example.com\r\nDate: x\r\nMessage-ID: <1@a>\r\n", "", "<1@a>"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.header);
        const auto fixups = fix(c.header);
        EXPECT_EQ(fixups.fields, c.fields);
        EXPECT_EQ(fixups.message_id, c.message_id);
    }
}

TEST(Fixups, take_an_address_literal_for_a_host_name) {
    EXPECT_EQ(fix_up(Header{"Date: x\r\n"},
                     {.author = {}, .now = kNow, .unique = "1", .hostname = "[127.0.0.1]"})
                  .fields,
              "Message-ID: <1@[127.0.0.1]>\r\n");
}

TEST(Fixups, once_made_are_not_made_again) {
    const auto fields = fix("Subject: x\r\n").fields;
    EXPECT_EQ(fix(fields + "Subject: x\r\n").fields, "");
}

TEST(Fixups, a_missing_from_is_the_author_and_one_that_is_there_stays) {
    const auto mended = [](std::string_view header, std::optional<Mailbox> author) {
        return fix_up(Header{header}, {.author = std::move(author),
                                       .now = kNow,
                                       .unique = "01K",
                                       .hostname = "mail.example.com"})
            .fields;
    };
    const Mailbox ann{"two words", "example.com"};
    EXPECT_NE(mended("Subject: x\r\n", ann).find("From: <\"two words\"@example.com>\r\n"),
              std::string::npos);
    EXPECT_EQ(mended("from : bob@example.com\r\n", ann).find("From:"), std::string::npos);
    EXPECT_EQ(mended("Subject: x\r\n", {}).find("From:"), std::string::npos);
}

}  // namespace
}  // namespace signet::mail
