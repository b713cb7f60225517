#include "relay/mx_plan.h"

#include "dns/scripted_resolver.h"

#include <gtest/gtest.h>
#include <set>

namespace signet::relay {
namespace {

using Kind = queue::RecipientOutcome::Kind;
using Found = dns::Answer::Found;
using dns::exchanger;
using dns::named;
using Texts = std::vector<std::string>;

const dns::Name kDomain = named("example.net");

DnsResult absent(Found found) { return dns::Answer{.found = found}; }
DnsResult broken(dns::Fault::Kind kind, std::string text = {}) {
    return fail(dns::Fault{kind, std::move(text)});
}
DnsResult exchanges(std::vector<dns::Mx> records) {
    return dns::Answer{.exchanges = std::move(records)};
}
DnsResult addresses(const Texts& texts) {
    dns::Answer answer;
    for (const auto& text : texts) answer.addresses.push_back(parse_ip(text).value());
    if (texts.empty()) answer.found = Found::no_records;
    return answer;
}

MxRules rules_of(const Texts& names, const Texts& own_addresses = {}, bool private_too = false) {
    MxRules rules{.private_addresses = private_too};
    for (const auto& name : names) rules.self.names.push_back(named(name));
    for (const auto& text : own_addresses) {
        rules.self.addresses.push_back(parse_ip(text).value());
    }
    return rules;
}

// The hosts in their order, or the reply of the dead end.
Texts hosts(const DnsResult& mx, const MxRules& rules = {}, std::uint64_t seed = 1) {
    SeededEntropy chance{seed};
    const auto found = mx_hosts(kDomain, mx, rules, chance);
    if (!found) return {found.error().answer.reply};
    Texts texts;
    for (const auto& host : *found) texts.push_back(host.text());
    return texts;
}

Texts addresses_of(const DnsResult& v4, const DnsResult& v6, const MxRules& rules = {}) {
    const auto found = mx_addresses(named("mx.example"), v4, v6, rules);
    if (!found) return {found.error().answer.reply};
    Texts texts;
    for (const auto& address : *found) texts.push_back(address.text());
    return texts;
}

TEST(MxPlan, the_lowest_preference_comes_first) {
    EXPECT_EQ(hosts(exchanges({exchanger(20, "b.example"), exchanger(0, "a.example"),
                               exchanger(65'535, "c.example")})),
              (Texts{"a.example", "b.example", "c.example"}));
}

TEST(MxPlan, equals_are_in_every_order_and_never_before_better_ones) {
    std::set<Texts> orders;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        const auto order = hosts(exchanges({exchanger(10, "x.example"), exchanger(10, "y.example"),
                                            exchanger(10, "z.example"), exchanger(5, "a.example")}),
                                 {}, seed);
        ASSERT_EQ(order.front(), "a.example");
        orders.insert(order);
    }
    EXPECT_EQ(orders.size(), 6u);
}

TEST(MxPlan, without_mx_the_domain_itself_is_the_host) {
    EXPECT_EQ(hosts(absent(Found::no_records)), Texts{"example.net"});
}

TEST(MxPlan, a_domain_that_does_not_exist_fails_for_good) {
    EXPECT_EQ(hosts(absent(Found::no_such_name)),
              Texts{"550 5.1.2 the domain example.net does not exist"});
}

TEST(MxPlan, what_nobody_knows_is_deferred_and_never_falls_back_to_an_address) {
    struct Case {
        dns::Fault::Kind kind;
        std::string text, reply;
    };
    using enum dns::Fault::Kind;
    const Case cases[] = {
        {servfail, "SERVFAIL", "451 4.4.3 the mail exchangers of example.net: SERVFAIL"},
        {refused, "REFUSED", "451 4.4.3 the mail exchangers of example.net: REFUSED"},
        {timed_out, "", "451 4.4.3 the mail exchangers of example.net: timed_out"},
        {malformed, "9 records", "451 4.4.3 the mail exchangers of example.net: 9 records"},
        {cancelled, "", "451 4.4.3 the mail exchangers of example.net: cancelled"},
        {local, "", "451 4.4.3 the mail exchangers of example.net: local"},
        {bogus, "signature expired",
         "451 4.7.5 the mail exchangers of example.net: DNSSEC: signature expired"},
    };
    for (const auto& c : cases) {
        SeededEntropy chance{1};
        const auto found = mx_hosts(kDomain, broken(c.kind, c.text), {}, chance);
        ASSERT_FALSE(found) << c.reply;
        EXPECT_EQ(found.error().answer.kind, Kind::deferred) << c.reply;
        EXPECT_EQ(found.error().answer.reply, c.reply);
    }
}

TEST(MxPlan, security_29_a_null_mx_counts_alone_only) {
    EXPECT_EQ(hosts(exchanges({exchanger(0, ".")})),
              Texts{"556 5.1.10 example.net accepts no mail (null MX)"});
    EXPECT_EQ(hosts(exchanges({exchanger(7, ".")})),
              Texts{"556 5.1.10 example.net accepts no mail (null MX)"});
    EXPECT_EQ(hosts(exchanges({exchanger(0, "."), exchanger(10, "a.example")})),
              Texts{"a.example"});
    EXPECT_EQ(hosts(exchanges({exchanger(0, "."), exchanger(1, ".")})),
              Texts{"550 5.4.4 no MX record of example.net names a host"});
}

TEST(MxPlan, an_exchanger_that_is_no_host_is_left_out) {
    EXPECT_EQ(hosts(exchanges({dns::Mx{0, std::nullopt}, exchanger(10, "a.example")})),
              Texts{"a.example"});
    EXPECT_EQ(hosts(exchanges({dns::Mx{0, std::nullopt}})),
              Texts{"550 5.4.4 no MX record of example.net names a host"});
    // RFC 7505 asks for one record in all, and this is not it.
    EXPECT_EQ(hosts(exchanges({dns::Mx{0, std::nullopt}, exchanger(0, ".")})),
              Texts{"550 5.4.4 no MX record of example.net names a host"});
}

TEST(MxPlan, security_26_what_is_no_better_than_ourselves_is_left_out) {
    const auto rules = rules_of({"me.example", "mail.me.example"});
    const auto records = exchanges({exchanger(10, "a.example"), exchanger(20, "b.example"),
                                    exchanger(20, "me.example"), exchanger(30, "c.example")});
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        EXPECT_EQ(hosts(records, rules, seed), Texts{"a.example"});
    }
    EXPECT_EQ(hosts(records).size(), 4u);
    EXPECT_EQ(
        hosts(exchanges({exchanger(10, "mail.me.example"), exchanger(10, "a.example")}), rules),
        Texts{"554 5.4.6 mail loops back to me: I am the best mail exchanger of example.net"});
}

TEST(MxPlan, security_26_a_domain_that_is_our_name_loops_too) {
    EXPECT_EQ(hosts(absent(Found::no_records), rules_of({"example.net"})),
              Texts{"554 5.4.6 mail loops back to me: example.net is my name"});
}

TEST(MxPlan, security_29_hosts_have_a_limit_and_are_there_once) {
    std::vector<dns::Mx> many{exchanger(1, "a.example"), exchanger(0, "a.example")};
    for (std::uint16_t i = 0; i < 100; ++i) {
        many.push_back(exchanger(i, "mx" + std::to_string(i) + ".example"));
    }
    const auto found = hosts(exchanges(many));
    EXPECT_EQ(found.size(), kMaxMxHosts);
    EXPECT_EQ(std::ranges::count(found, "a.example"), 1);
    EXPECT_EQ(std::ranges::count(found, "mx8.example"), 1);
}

TEST(MxPlan, both_families_take_turns) {
    EXPECT_EQ(addresses_of(addresses({"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"}),
                           addresses({"2001:db8::1"})),
              (Texts{"2001:db8::1", "192.0.2.1", "192.0.2.2", "192.0.2.3"}));
    EXPECT_EQ(addresses_of(addresses({}), addresses({"2001:db8::1"})), Texts{"2001:db8::1"});
    EXPECT_EQ(addresses_of(addresses({"192.0.2.1"}), addresses({})), Texts{"192.0.2.1"});
}

TEST(MxPlan, one_family_is_enough_though_the_other_is_unknown) {
    EXPECT_EQ(addresses_of(addresses({"192.0.2.1"}), broken(dns::Fault::Kind::servfail)),
              Texts{"192.0.2.1"});
    EXPECT_EQ(addresses_of(broken(dns::Fault::Kind::bogus), addresses({"2001:db8::1"})),
              Texts{"2001:db8::1"});
}

TEST(MxPlan, a_host_without_address_fails_only_if_that_is_known) {
    EXPECT_EQ(addresses_of(addresses({}), addresses({})),
              Texts{"550 5.4.4 mx.example has no address"});
    EXPECT_EQ(addresses_of(absent(Found::no_such_name), absent(Found::no_such_name)),
              Texts{"550 5.4.4 mx.example has no address"});
    EXPECT_EQ(addresses_of(addresses({}), broken(dns::Fault::Kind::servfail, "SERVFAIL")),
              Texts{"451 4.4.3 the address of mx.example: SERVFAIL"});
    EXPECT_EQ(addresses_of(broken(dns::Fault::Kind::bogus, "no signatures"), addresses({})),
              Texts{"451 4.7.5 the address of mx.example: DNSSEC: no signatures"});
}

TEST(MxPlan, security_15_a_stranger_cannot_point_us_at_our_own_network) {
    EXPECT_EQ(addresses_of(addresses({"10.0.0.1", "127.0.0.1"}), addresses({"::1"})),
              Texts{"550 5.4.4 mx.example has no address on the internet, only ::1"});
    EXPECT_EQ(addresses_of(addresses({"10.0.0.1", "192.0.2.1"}), addresses({"::ffff:10.0.0.1"})),
              Texts{"192.0.2.1"});
    EXPECT_EQ(addresses_of(addresses({"10.0.0.1"}), broken(dns::Fault::Kind::servfail, "SERVFAIL")),
              Texts{"451 4.4.3 the address of mx.example: SERVFAIL"});
    EXPECT_EQ(addresses_of(addresses({"10.0.0.1"}), addresses({}), rules_of({}, {}, true)),
              Texts{"10.0.0.1"});
}

TEST(MxPlan, security_26_a_host_with_our_address_is_us) {
    const auto rules = rules_of({}, {"192.0.2.9"}, true);
    const auto found = mx_addresses(named("mx.example"), addresses({"192.0.2.1", "192.0.2.9"}),
                                    broken(dns::Fault::Kind::servfail), rules);
    ASSERT_FALSE(found);
    EXPECT_TRUE(found.error().is_self);
    EXPECT_EQ(found.error().answer.reply,
              "554 5.4.6 mail loops back to me: mx.example is me, by its address 192.0.2.9");
    const auto mapped = addresses({"::ffff:192.0.2.9"});
    EXPECT_TRUE(mx_addresses(named("mx.example"), addresses({}), mapped, rules).error().is_self);
    EXPECT_FALSE(
        mx_addresses(named("mx.example"), addresses({}), addresses({}), rules).error().is_self);
}

TEST(MxPlan, a_literal_is_its_own_address) {
    const auto literal = [](std::string_view text, const MxRules& rules = {}) {
        const auto found = literal_address(text, rules);
        return found ? found->text() : found.error().answer.reply;
    };
    EXPECT_EQ(literal("[192.0.2.1]"), "192.0.2.1");
    EXPECT_EQ(literal("[ipv6:2001:db8::1]"), "2001:db8::1");
    EXPECT_EQ(literal("[IPv6:2001:DB8::1]"), "2001:db8::1");
    for (const auto* none : {"[2001:db8::1]", "[ipv6:192.0.2.1]", "[x400:abc]", "[]"}) {
        EXPECT_EQ(literal(none),
                  "550 5.1.2 " + std::string{none} + " is no address that mail can go to");
    }
    EXPECT_EQ(literal("[127.0.0.1]"),
              "550 5.4.4 [127.0.0.1] has no address on the internet, only 127.0.0.1");
    EXPECT_EQ(literal("[ipv6:::ffff:10.0.0.1]"),
              "550 5.4.4 [ipv6:::ffff:10.0.0.1] has no address on the internet, only 10.0.0.1");
    EXPECT_EQ(literal("[127.0.0.1]", rules_of({}, {}, true)), "127.0.0.1");
    EXPECT_EQ(literal("[192.0.2.9]", rules_of({}, {"192.0.2.9"})),
              "554 5.4.6 mail loops back to me: [192.0.2.9] is me, by its address 192.0.2.9");
}

}  // namespace
}  // namespace signet::relay
