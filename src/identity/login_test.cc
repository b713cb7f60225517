#include "identity/login.h"

#include <gtest/gtest.h>

namespace signet::identity {
namespace {

Login login(std::initializer_list<std::string_view> send_as) {
    Login made;
    for (const auto one : send_as) made.send_as.push_back(parse_send_as(one).value());
    return made;
}

mail::Mailbox mailbox(std::string_view text) { return mail::parse_mailbox(text).value(); }

TEST(SendAs, IsReadAndWrittenAlike) {
    struct Case {
        std::string text, written, local_part, domain;
    };
    const Case cases[] = {
        {"ann@example.com", "ann@example.com", "ann", "example.com"},
        {"Ann@Example.COM", "ann@example.com", "ann", "example.com"},
        {"*@Example.com", "*@example.com", "", "example.com"},
        {"\"a b\"@example.com", "\"a b\"@example.com", "a b", "example.com"},
        {"\"ann\"@example.com", "ann@example.com", "ann", "example.com"},
        {"a*@example.com", "a*@example.com", "a*", "example.com"},
        {"ann@[192.0.2.1]", "ann@[192.0.2.1]", "ann", "[192.0.2.1]"},
    };
    for (const auto& c : cases) {
        const auto one = parse_send_as(c.text);
        ASSERT_TRUE(one) << c.text;
        EXPECT_EQ(one->local_part, c.local_part) << c.text;
        EXPECT_EQ(one->domain, c.domain) << c.text;
        EXPECT_EQ(one->text(), c.written);
        EXPECT_EQ(parse_send_as(one->text()), one);
    }
}

TEST(SendAs, WhatIsNoAddressIsRefused) {
    for (const auto* bad : {"", "*", "@example.com", "ann", "ann@", "*@", "\"*\"@example.com",
                            "ann@*.example.com", "*@*", "ann@example.com ", "a@b@c"}) {
        EXPECT_FALSE(parse_send_as(bad)) << bad;
    }
}

TEST(Login, MaySendAsItsAddressesAndDomainsOnly) {
    const auto ann = login({"ann@example.com", "*@shop.example"});
    struct Case {
        std::string address;
        bool may;
    };
    const Case cases[] = {
        {"ann@example.com", true},
        {"any.thing@shop.example", true},
        {"\"any thing\"@shop.example", true},
        {"bob@example.com", false},
        {"ann@sub.example.com", false},
        {"ann@other.example", false},
        {"x@sub.shop.example", false},
        {"ann@shop.example.evil.test", false},
        {"ann+tag@example.com", false},
    };
    for (const auto& c : cases) EXPECT_EQ(ann.may_send_as(mailbox(c.address)), c.may) << c.address;
    EXPECT_FALSE(login({}).may_send_as(mailbox("ann@example.com")));
}

// RFC 5321 §2.4: the case of a local part is the business of the host that owns the domain.
TEST(Login, LocalPartsOfItsDomainsAreFolded) {
    const auto ann = login({"Ann.Smith@Example.com"});
    EXPECT_TRUE(ann.may_send_as(mailbox("ANN.SMITH@EXAMPLE.COM")));
    EXPECT_TRUE(ann.may_send_as(mailbox("ann.smith@example.com")));
    EXPECT_TRUE(ann.may_send_as(mailbox("\"Ann.Smith\"@example.com")));
}

// A quoted "*" is a mailbox of that name: it gets no right to a domain, and owns none.
TEST(Login, security_21_a_star_in_an_address_is_no_wildcard) {
    const auto ann = login({"ann@example.com"});
    EXPECT_FALSE(ann.may_send_as(mailbox("*@example.com")));
    EXPECT_TRUE(login({"*@example.com"}).may_send_as(mailbox("\"*\"@example.com")));
}

TEST(Login, sends_to_the_domains_it_has_or_to_any) {
    Login one;
    EXPECT_TRUE(one.may_send_to(mailbox("bob@example.net")));
    one.recipient_domains = {"example.com", "*.example.org"};
    struct Case {
        std::string_view recipient;
        bool may;
    };
    const Case cases[] = {
        {"bob@example.com", true},
        {"BOB@EXAMPLE.com", true},
        {"bob@mail.example.com", false},
        {"bob@mail.example.org", true},
        {"bob@example.org", false},
        {"bob@example.net", false},
        {"\"bob@example.com\"@x.test", false},
        {"bob@[192.0.2.1]", false},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(one.may_send_to(mailbox(c.recipient)), c.may) << c.recipient;
    }
}

}  // namespace
}  // namespace signet::identity
