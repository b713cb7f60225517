#include "net/proxy_protocol.h"

#include "base/crc32c.h"
#include "smtp/feed_split.h"

#include <gtest/gtest.h>

namespace signet::net {
namespace {

using namespace std::string_literals;

const std::string kSignature = "\r\n\r\n\0\r\nQUIT\n"s;

std::string text_of(const Result<ProxyHeader, ProxyFault>& outcome) {
    if (!outcome) return std::string{name(outcome.error())};
    if (!outcome->ends) return "its own";
    return outcome->ends->client.text() + " at " + outcome->ends->server.text();
}

// What the reader says of octets that come in pieces, and how many of them it took.
std::string read(const smtp::Pieces& pieces) {
    ProxyReader reader;
    std::size_t taken = 0;
    for (std::string_view piece : pieces) {
        while (!piece.empty() && reader.wanted() > 0) {
            const auto part = piece.substr(0, reader.wanted());
            reader.received(part);
            taken += part.size();
            piece.remove_prefix(part.size());
        }
    }
    return (reader.outcome() ? text_of(*reader.outcome()) : "more") + " / " + std::to_string(taken);
}
std::string read(const std::string& octets) { return read(smtp::Pieces{octets}); }

std::string binary(unsigned char command, unsigned char family, const std::string& block) {
    std::string header = kSignature;
    header += static_cast<char>(command);
    header += static_cast<char>(family);
    header += static_cast<char>(block.size() >> 8);
    header += static_cast<char>(block.size() & 0xFF);
    return header + block;
}

const std::string kV4 = "\xC0\x00\x02\x07\xC0\x00\x02\x01\xC0\x00\x02\x4B"s;
const std::string kV6 =
    "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07"
    "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01\xC0\x00\x02\x4B"s;

// With the checksum (type 3) in its last four octets.
std::string with_checksum(std::uint32_t wrong_by = 0) {
    auto header = binary(0x21, 0x11, kV4 + "\x03\x00\x04\0\0\0\0"s);
    const auto sum = crc32c(header) + wrong_by;
    for (std::size_t i = 0; i < 4; ++i) {
        header[header.size() - 4 + i] = static_cast<char>(sum >> (24 - 8 * i));
    }
    return header;
}

struct Case {
    std::string octets, outcome;
};
const std::vector<Case>& cases() {
    static const std::vector<Case> all{
        {"PROXY TCP4 192.0.2.7 192.0.2.1 49152 587\r\n", "192.0.2.7:49152 at 192.0.2.1:587"},
        {"PROXY TCP6 2001:db8::7 2001:DB8::1 49152 587\r\n",
         "[2001:db8::7]:49152 at [2001:db8::1]:587"},
        {"PROXY TCP6 ::ffff:192.0.2.7 ::ffff:192.0.2.1 1 2\r\n", "192.0.2.7:1 at 192.0.2.1:2"},
        {"PROXY UNKNOWN\r\n", "its own"},
        {"PROXY UNKNOWN ffff::1 ::1 0 0 and more\r\n", "its own"},
        {binary(0x21, 0x11, kV4), "192.0.2.7:49152 at 192.0.2.1:587"},
        {binary(0x21, 0x21, kV6), "[2001:db8::7]:49152 at [2001:db8::1]:587"},
        {binary(0x21, 0x11, kV4 + "\xE0\x00\x02hi"s), "192.0.2.7:49152 at 192.0.2.1:587"},
        {with_checksum(), "192.0.2.7:49152 at 192.0.2.1:587"},
        {binary(0x20, 0x00, ""), "its own"},
        {binary(0x20, 0x11, kV4), "its own"},
        {binary(0x21, 0x00, "whatever"), "its own"},
        {binary(0x21, 0x31, std::string(216, 'x')), "its own"},
    };
    return all;
}

TEST(ProxyProtocol, a_header_names_the_ends_and_is_taken_to_its_last_octet) {
    for (const auto& each : cases()) {
        const auto all = each.outcome + " / " + std::to_string(each.octets.size());
        EXPECT_EQ(read(each.octets), all);
        // What follows belongs to TLS or SMTP.
        EXPECT_EQ(read(each.octets + "EHLO client.example\r\n"), all);
    }
}

TEST(ProxyProtocol, no_cut_changes_what_a_header_says) {
    for (const auto& each : cases()) {
        EXPECT_TRUE(
            smtp::feed_split(each.octets + "\x16\x03\x01", [](const auto& p) { return read(p); })
                .empty())
            << each.outcome;
    }
}

TEST(ProxyProtocol, every_beginning_of_a_header_waits_for_the_rest) {
    for (const auto& each : cases()) {
        for (std::size_t size = 0; size < each.octets.size(); ++size) {
            EXPECT_EQ(read(each.octets.substr(0, size)), "more / " + std::to_string(size));
        }
    }
}

TEST(ProxyProtocol, security_06_what_is_no_header_is_known_by_its_first_octets) {
    for (const auto& octets : {"EHLO client.example\r\n"s, "GET / HTTP/1.1\r\n"s, "proxy TCP4 "s,
                               "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x00"s,
                               "\r\n\r\n\0\r\nQUIT\r"s, "PROXYTCP4 1.1"s}) {
        EXPECT_TRUE(read(octets).starts_with("no_header")) << octets;
    }
}

TEST(ProxyProtocol, security_06_a_header_that_is_not_to_the_letter_is_refused) {
    for (const auto& line :
         {"PROXY TCP4 192.0.2.7 192.0.2.1 49152\r\n",
          "PROXY TCP4 192.0.2.7 192.0.2.1 49152 587 \r\n",
          "PROXY TCP4  192.0.2.7 192.0.2.1 49152 587\r\n", "PROXY TCP4 192.0.2.7 ::1 49152 587\r\n",
          "PROXY TCP6 192.0.2.7 192.0.2.1 49152 587\r\n", "PROXY TCP5 192.0.2.7 192.0.2.1 1 2\r\n",
          "PROXY TCP4 192.0.2.7 192.0.2.1 65536 587\r\n",
          "PROXY TCP4 192.0.2.7 192.0.2.1 01 587\r\n", "PROXY TCP4 192.0.2.7 192.0.2.1 1 587\n",
          "PROXY TCP4 192.0.2.07 192.0.2.1 1 587\r\n", "PROXY TCP4 a.example 192.0.2.1 1 587\r\n",
          "PROXY UNKNOWN\n\n\n"}) {
        EXPECT_TRUE(read(line).starts_with("malformed")) << line;
    }
    EXPECT_TRUE(read("PROXY UNKNOWN " + std::string(200, 'x')).starts_with("too_long / 107"));
    EXPECT_TRUE(read(binary(0x22, 0x11, kV4)).starts_with("malformed"));
    EXPECT_TRUE(read(binary(0x11, 0x11, kV4)).starts_with("malformed"));
    EXPECT_TRUE(read(binary(0x21, 0x11, kV4.substr(1))).starts_with("malformed"));
    EXPECT_TRUE(read(binary(0x21, 0x11, kV4 + "\xE0\x00"s)).starts_with("malformed"));
    EXPECT_TRUE(read(binary(0x21, 0x11, kV4 + "\xE0\x00\x09hi"s)).starts_with("malformed"));
    EXPECT_TRUE(read(binary(0x21, 0x11, kV4 + "\x03\x00\x01x"s)).starts_with("malformed"));
    EXPECT_TRUE(read(binary(0x21, 0x11, std::string(5'000, 'x'))).starts_with("too_long / 16"));
    EXPECT_TRUE(read(with_checksum(1)).starts_with("checksum"));
}

}  // namespace
}  // namespace signet::net
