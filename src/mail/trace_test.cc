#include "mail/trace.h"

#include "base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::mail {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Trace trace_of(std::string_view ehlo) {
    return {.ehlo = ehlo,
            .client_ip = "198.51.100.9",
            .hostname = "mail.example.com",
            .with = {.extended = true, .tls = true, .authenticated = true},
            .queue_id = "01JV3N7Z5B3M8Q2R4T6V8X0Y1Z",
            .when = WallTime{std::chrono::seconds{1'795'500'000}}};
}

Trace shown(std::string_view ehlo, std::string_view ip) {
    auto trace = trace_of(ehlo);
    trace.client_ip = ip;
    trace.show_client_address = true;
    return trace;
}

TEST(Received, says_what_rfc_5321_section_4_4_asks_for) {
    EXPECT_EQ(received_field(trace_of("laptop.example.net")),
              "Received: from laptop.example.net by mail.example.com\r\n"
              "\twith ESMTPSA id 01JV3N7Z5B3M8Q2R4T6V8X0Y1Z; "
              "Tue, 24 Nov 2026 06:00:00 +0000\r\n");
}

TEST(Received, names_the_address_only_when_it_is_asked_for) {
    EXPECT_THAT(received_field(trace_of("laptop")), Not(HasSubstr("198.51.100.9")));
    struct Case {
        std::string_view ehlo, ip, from;
    };
    const Case cases[] = {
        {"laptop", "198.51.100.9", "Received: from laptop ([198.51.100.9]) by "},
        {"laptop", "2001:db8::1", "Received: from laptop ([IPv6:2001:db8::1]) by "},
        {"[192.168.1.20]", "198.51.100.9", "Received: from [192.168.1.20] ([198.51.100.9]) by "},
        {"[IPv6:fe80::1]", "2001:db8::1", "Received: from [IPv6:fe80::1] ([IPv6:2001:db8::1])"},
    };
    for (const auto& c : cases) {
        EXPECT_THAT(received_field(shown(c.ehlo, c.ip)), StartsWith(std::string{c.from}));
    }
}

TEST(Received, leaves_out_an_address_that_stands_where_a_name_should) {
    for (const auto ehlo : {"[198.51.100.9]", "[IPv6:2001:db8::1]", "198.51.100.9", "2001:db8::1",
                            "[", "", "...", "\r\n"}) {
        EXPECT_THAT(received_field(trace_of(ehlo)), StartsWith("Received: from unknown by "))
            << ehlo;
    }
}

TEST(Received, names_the_protocol_as_rfc_3848_registered_it) {
    EXPECT_EQ(name(With{.extended = false}), "SMTP");
    EXPECT_EQ(name(With{}), "ESMTP");
    EXPECT_EQ(name(With{.authenticated = true}), "ESMTPA");
    EXPECT_EQ(name(With{.tls = true}), "ESMTPS");
    EXPECT_EQ(name(With{.tls = true, .authenticated = true}), "ESMTPSA");
}

TEST(Received, folds_at_78_octets_and_never_writes_more_than_998) {
    for (std::size_t length = 1; length < 2'000; length += 7) {
        const std::string ehlo(length, 'a');
        const auto field = received_field(shown(ehlo, "2001:db8:1111:2222:3333:4444:5555:6666"));
        for (auto line : split(field, '\n')) {
            line = trim(line, "\r");
            EXPECT_LE(line.size(), 998u);
            const auto blank = line.find(' ', 1);
            const bool can_be_folded = blank != std::string_view::npos;
            if (length < 64 && can_be_folded) EXPECT_LE(line.size(), 78u) << line;
        }
    }
}

TEST(Received, security_22_nothing_a_client_says_adds_a_field) {
    const std::string nul{"a\0b", 3};
    for (const std::string& hostile :
         {std::string{"a\r\nBcc: eve@example.com"}, std::string{"a\nX: 1"}, std::string{"a\rX: 1"},
          std::string{"a)\r\n\r\nbody"}, std::string{"a;b(c)\"d\\"}, nul, std::string{"\xC2\x85X"},
          std::string{"\xE2\x80\xA8X"}, std::string{"[1\r\nX: 1]"}, std::string{"x:y\r\nX: 1"}}) {
        for (const bool show : {false, true}) {
            auto trace = trace_of(hostile);
            trace.show_client_address = show;
            trace.client_ip = hostile;
            const auto field = received_field(trace);
            const Header header{field};
            EXPECT_EQ(header.find("Received")->raw.size() + 11, field.size()) << field;
            for (const char c : field) {
                EXPECT_TRUE((c >= ' ' && c <= '~') || c == '\r' || c == '\n' || c == '\t') << field;
            }
            EXPECT_THAT(field, Not(HasSubstr("\n\r\n")));
            EXPECT_THAT(header.find("Received")->value(), Not(HasSubstr(": 1 by")));
        }
    }
}

TEST(ReturnPath, is_the_reverse_path_in_brackets) {
    EXPECT_EQ(return_path_field({}), "Return-Path: <>\r\n");
    EXPECT_EQ(return_path_field({Mailbox{"a b", "example.com"}}),
              "Return-Path: <\"a b\"@example.com>\r\n");
}

TEST(ReceivedCount, counts_the_hops) {
    std::string block;
    for (std::size_t hops = 0; hops < 101; ++hops) {
        EXPECT_EQ(received_count(Header{block + "X-Received: no\r\nSubject: Received: no\r\n"}),
                  hops);
        block += hops % 2 ? "received: from a\r\n by b\r\n" : "Received: from a by b\r\n";
    }
}

}  // namespace
}  // namespace signet::mail
