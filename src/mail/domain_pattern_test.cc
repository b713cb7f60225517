#include "mail/domain_pattern.h"

#include <gtest/gtest.h>

namespace signet::mail {
namespace {

TEST(DomainPattern, fits_a_domain_all_names_below_it_or_everything) {
    struct Case {
        std::string_view pattern, domain;
        bool fits;
    };
    const Case cases[] = {
        {"example.com", "example.com", true},
        {"Example.COM", "example.com", true},
        {"example.com", "mail.example.com", false},
        {"example.com", "notexample.com", false},
        {"*.example.com", "mail.example.com", true},
        {"*.example.com", "a.b.Example.com", true},
        {"*.example.com", "example.com", false},
        {"*.example.com", ".example.com", false},
        {"*.example.com", "notexample.com", false},
        {"*", "example.com", true},
        {"*", "[192.0.2.1]", true},
        {"[192.0.2.1]", "[192.0.2.1]", true},
        {"192.0.2.1", "[192.0.2.1]", false},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(domain_fits(c.pattern, c.domain), c.fits) << c.pattern << " " << c.domain;
    }
}

}  // namespace
}  // namespace signet::mail
