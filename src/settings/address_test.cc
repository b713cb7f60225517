#include "settings/address.h"

#include <gtest/gtest.h>

namespace signet::settings {
namespace {

TEST(Address, ip_addresses_have_one_text) {
    struct Row {
        const char* text;
        const char* canonical;
    };
    // RFC 5952 §4 and §5.
    for (const auto& row : {Row{"127.0.0.1", "127.0.0.1"},
                            {"::", "::"},
                            {"::1", "::1"},
                            {"0:0:0:0:0:0:0:1", "::1"},
                            {"2001:DB8::0:1", "2001:db8::1"},
                            {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
                            {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
                            {"2001:0db8:0000:0000:0001::", "2001:db8:0:0:1::"},
                            {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
                            {"fe80::", "fe80::"},
                            {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"}}) {
        EXPECT_EQ(canonical_ip(row.text), row.canonical) << row.text;
        EXPECT_EQ(canonical_ip(row.canonical), row.canonical);
    }
}

TEST(Address, what_is_no_ip_address_is_refused) {
    for (const auto bad : {"",
                           "1.2.3",
                           "1.2.3.4.5",
                           "1.2.3.256",
                           "01.2.3.4",
                           "1.2.3.4 ",
                           "::1::",
                           ":::",
                           "1:2:3:4:5:6:7:8:9",
                           "1:2:3:4:5:6:7",
                           "12345::",
                           "g::",
                           "fe80::1%eth0",
                           "1:2:3:4:5:6:7::8",
                           "::1.2.3",
                           "1.2.3.4::",
                           "localhost",
                           ":",
                           "1:",
                           ":1:2:3:4:5:6:7"}) {
        EXPECT_FALSE(canonical_ip(bad)) << bad;
    }
}

TEST(Address, listeners_have_an_ip_and_a_port) {
    const auto v6 = parse_address("[::]:465");
    ASSERT_TRUE(v6);
    EXPECT_EQ(v6->ip, "::");
    EXPECT_EQ(v6->port, 465);
    EXPECT_EQ(address_text(*v6), "[::]:465");
    EXPECT_EQ(address_text(*parse_address("0.0.0.0:587")), "0.0.0.0:587");
    for (const auto bad :
         {"", "587", ":587", "0.0.0.0", "0.0.0.0:", "0.0.0.0:0", "0.0.0.0:65536", "0.0.0.0:+1",
          "::1:587", "[::1]", "[::1]587", "[0.0.0.0]:587", "localhost:587", "[::1:587", "*:587"}) {
        EXPECT_FALSE(parse_address(bad)) << bad;
    }
}

TEST(Address, smart_hosts_have_a_name_or_an_ip_and_perhaps_a_port) {
    struct Row {
        const char* text;
        const char* host;
        std::uint16_t port;
    };
    for (const auto& row : {Row{"SMTP.Example.net:465", "smtp.example.net", 465},
                            {"smtp.example.net", "smtp.example.net", 587},
                            {"localhost:2525", "localhost", 2525},
                            {"192.0.2.1:25", "192.0.2.1", 25},
                            {"192.0.2.1", "192.0.2.1", 587},
                            {"[2001:db8::1]:25", "2001:db8::1", 25},
                            {"[2001:db8::1]", "2001:db8::1", 587},
                            {"::1", "::1", 587}}) {
        const auto parsed = parse_host_and_port(row.text, 587);
        ASSERT_TRUE(parsed) << row.text;
        EXPECT_EQ(parsed->ip, row.host);
        EXPECT_EQ(parsed->port, row.port);
    }
    for (const auto bad : {"", ":25", "a:b:25", "a b:25", "a:", "a:70000", "[a]:25", "[1.2.3.4]:25",
                           "1.2.3.4.5:25", "-a:25", "a..b"}) {
        EXPECT_FALSE(parse_host_and_port(bad, 587)) << bad;
    }
}

TEST(Address, host_names_follow_rfc_1123) {
    EXPECT_EQ(parse_host_name("Mail.Example.COM."), "mail.example.com");
    EXPECT_EQ(parse_host_name("3com.example"), "3com.example");
    EXPECT_TRUE(parse_host_name(std::string(63, 'a') + ".de"));
    for (const auto& bad : {std::string{}, std::string{"."}, std::string{"a_b"}, std::string{"a-"},
                            std::string{"127.0.0.1"}, std::string(64, 'a'), std::string(254, 'a'),
                            std::string{"b\xC3\xBC.de"}, std::string{"a b"}}) {
        EXPECT_FALSE(parse_host_name(bad)) << bad;
    }
}

TEST(Address, domain_patterns_are_a_domain_those_below_it_or_all) {
    EXPECT_EQ(parse_domain_pattern("*"), "*");
    EXPECT_EQ(parse_domain_pattern("*.Example.com"), "*.example.com");
    EXPECT_EQ(parse_domain_pattern("example.com"), "example.com");
    for (const auto bad : {"", "**", "*.", "a.*", "*example.com", "*.*.com", "ann@example.com"}) {
        EXPECT_FALSE(parse_domain_pattern(bad)) << bad;
    }
}

}  // namespace
}  // namespace signet::settings
