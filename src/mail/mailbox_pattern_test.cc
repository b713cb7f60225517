#include "mail/mailbox_pattern.h"

#include <gtest/gtest.h>

namespace signet::mail {
namespace {

TEST(MailboxPattern, fits_one_address_or_all_of_a_domain) {
    struct Case {
        std::string_view pattern;
        Mailbox mailbox;
        bool fits;
    };
    const Case cases[] = {
        {"ann@example.com", {"ann", "example.com"}, true},
        {"ann@example.com", {"Ann", "example.com"}, true},
        {"ann@example.com", {"bob", "example.com"}, false},
        {"ann@example.com", {"ann", "mail.example.com"}, false},
        {"*@example.com", {"bob", "example.com"}, true},
        {"*@example.com", {"bob", "mail.example.com"}, false},
        {"ann", {"ann", "example.com"}, false},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(mailbox_fits(c.pattern, c.mailbox), c.fits) << c.pattern;
    }
}

}  // namespace
}  // namespace signet::mail
