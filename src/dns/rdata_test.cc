#include "dns/rdata.h"

#include <gtest/gtest.h>

namespace signet::dns {
namespace {

using namespace std::string_literals;

std::string wire(std::initializer_list<std::string> labels) {
    std::string octets;
    for (const auto& label : labels) octets += static_cast<char>(label.size()) + label;
    return octets + '\0';
}

// What take_rdata made of it; nullopt: nothing, and the answer is as it was.
std::optional<Answer> taken(Type type, std::string_view rdata) {
    Answer answer;
    if (take_rdata(type, rdata, answer)) return answer;
    EXPECT_TRUE(answer.addresses.empty() && answer.exchanges.empty() && answer.texts.empty() &&
                answer.associations.empty());
    return {};
}

TEST(Rdata, an_address_has_exactly_its_octets) {
    EXPECT_EQ(taken(Type::a, "\xC0\x00\x02\x01"s)->addresses.at(0).text(), "192.0.2.1");
    const auto v6 = "\x20\x01\x0D\xB8"s + std::string(11, '\0') + '\x01';
    EXPECT_EQ(taken(Type::aaaa, v6)->addresses.at(0).text(), "2001:db8::1");
    for (const std::size_t octets : {0, 3, 5, 15, 16, 17}) {
        EXPECT_FALSE(taken(Type::a, std::string(octets, '\0'))) << octets;
    }
    for (const std::size_t octets : {0, 4, 15, 17}) {
        EXPECT_FALSE(taken(Type::aaaa, std::string(octets, '\0'))) << octets;
    }
}

TEST(Rdata, an_exchange_has_its_preference_and_its_name) {
    const auto answer = taken(Type::mx, "\x01\x02"s + wire({"MX", "Example", "net"}));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->exchanges, (std::vector<Mx>{{258, Name::parse("mx.example.net")}}));
    EXPECT_EQ(taken(Type::mx, "\x00\x00"s + wire({}))->exchanges, (std::vector<Mx>{{0, Name{}}}));
}

TEST(Rdata, an_exchange_that_is_no_host_has_no_name) {
    for (const auto& name :
         {wire({"mx host", "net"}), wire({"mx\r\nRCPT", "net"}), wire({"mx.example", "net"}),
          wire({"."}), wire({"\xFF"}), wire({"\0"s, "net"})}) {
        const auto answer = taken(Type::mx, "\x00\x0A"s + name);
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->exchanges, (std::vector<Mx>{{10, std::nullopt}}));
    }
}

TEST(Rdata, security_29_a_broken_exchange_is_none) {
    std::string long_name;
    for (int i = 0; i < 4; ++i) long_name += '\x3F' + std::string(63, 'a');
    for (const auto& rdata : {
             ""s, "\x00"s, "\x00\x0A"s,                      // no name
             "\x00\x0A\x03mx"s,                              // cut short in a label
             "\x00\x0A\x02mx"s,                              // no end
             "\x00\x0A\xC0\x00"s,                            // a pointer to itself
             "\x00\x0A\x02mx\xC0\x02"s,                      // a pointer back: a loop
             "\x00\x0A\x40"s + std::string(64, 'a') + '\0',  // 64 octets
             "\x00\x0A\x80\x00"s,                            // an unknown kind of label
             "\x00\x0A"s + long_name + '\0',                 // 257 octets
             "\x00\x0A"s + wire({"mx"}) + "x",               // more behind it
         }) {
        EXPECT_FALSE(taken(Type::mx, rdata));
    }
}

TEST(Rdata, the_strings_of_a_text_are_joined) {
    EXPECT_EQ(taken(Type::txt, "\x03v=s\x00\x02pf"s)->texts, std::vector{"v=spf"s});
    EXPECT_EQ(taken(Type::txt, "\x00"s)->texts, std::vector{""s});
    EXPECT_FALSE(taken(Type::txt, ""));
    EXPECT_FALSE(taken(Type::txt, "\x03v="s));
    EXPECT_FALSE(taken(Type::txt, "\x01x\xFF"s));
    std::string most;
    while (most.size() + 256 <= kRdataOctets) most += '\xFF' + std::string(255, 'x');
    EXPECT_EQ(taken(Type::txt, most)->texts.at(0).size(), 255u * 255u);
    EXPECT_FALSE(taken(Type::txt, most + most));
}

TEST(Rdata, an_association_keeps_its_numbers_and_octets) {
    const auto answer = taken(Type::tlsa, "\x03\x01\x01\x00\xFF"s);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->associations, (std::vector<Tlsa>{{3, 1, 1, "\x00\xFF"s}}));
    EXPECT_FALSE(taken(Type::tlsa, "\x03\x01\x01"s));
    EXPECT_FALSE(taken(Type::tlsa, "\x03"s));
}

}  // namespace
}  // namespace signet::dns
