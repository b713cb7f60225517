#include "relay/mx_plan.h"

#include "base/text.h"

#include <algorithm>
#include <utility>

namespace signet::relay {
namespace {

using Kind = queue::RecipientOutcome::Kind;
using Found = dns::Answer::Found;

std::unexpected<DeadEnd> failed(std::string reply) {
    return fail(DeadEnd{{Kind::failed, std::move(reply)}});
}

// RFC 3463 §3.3: X.4.6, a routing loop.
std::unexpected<DeadEnd> to_ourselves(const std::string& subject) {
    return fail(DeadEnd{{Kind::failed, "554 5.4.6 mail loops back to me: " + subject}, true});
}

// RFC 3463 §3.5: X.4.3, a directory server failed.  Of what was tampered with, §3.8: X.7.5, a
// cryptographic failure.
std::unexpected<DeadEnd> unknown(const std::string& subject, const dns::Fault& fault) {
    const bool bogus = fault.kind == dns::Fault::Kind::bogus;
    const auto why = fault.text.empty() ? std::string{name(fault.kind)} : fault.text;
    return fail(DeadEnd{{Kind::deferred, bogus ? "451 4.7.5 " + subject + ": DNSSEC: " + why
                                               : "451 4.4.3 " + subject + ": " + why}});
}

bool is_null_mx(const dns::Answer& mx) {
    return mx.exchanges.size() == 1 && mx.exchanges[0].exchange &&
           mx.exchanges[0].exchange->is_root();
}

struct Candidate {
    std::uint16_t preference = 0;
    std::uint64_t chance = 0;
    dns::Name host = {};
    auto operator<=>(const Candidate&) const = default;  // in the order of trying
};

// "If there are multiple destinations with the same preference […] the sender-SMTP MUST randomize
// them" (RFC 5321 §5.1).  A null MX among others is none (RFC 7505 §3).
std::vector<Candidate> candidates(const dns::Answer& mx, Entropy& chance) {
    std::vector<Candidate> all;
    for (const auto& record : mx.exchanges) {
        if (!record.exchange || record.exchange->is_root()) continue;
        all.push_back({record.preference, draw(chance), *record.exchange});
    }
    std::ranges::sort(all);
    return all;
}

bool is_self(const Self& self, const dns::Name& host) {
    return std::ranges::count(self.names, host) > 0;
}

Result<std::vector<dns::Name>, DeadEnd> explicit_hosts(const std::string& domain,
                                                       const dns::Answer& mx, const Self& self,
                                                       Entropy& chance) {
    auto all = candidates(mx, chance);
    if (all.empty()) return failed("550 5.4.4 no MX record of " + domain + " names a host");
    // "all records at that preference level and higher-numbered ones MUST be discarded from
    // consideration.  If there are no records left at that point, it is an error condition, and
    // the message MUST be returned as undeliverable" (RFC 5321 §5.1).
    const auto ours =
        std::ranges::find_if(all, [&](const Candidate& one) { return is_self(self, one.host); });
    if (ours != all.end()) {
        const auto limit = ours->preference;
        std::erase_if(all, [&](const Candidate& one) { return one.preference >= limit; });
        if (all.empty()) return to_ourselves("I am the best mail exchanger of " + domain);
    }
    std::vector<dns::Name> hosts;
    for (auto& one : all) {
        if (hosts.size() == kMaxMxHosts) break;
        if (std::ranges::count(hosts, one.host) == 0) hosts.push_back(std::move(one.host));
    }
    return hosts;
}

// Both families in turn, IPv6 first, each in the order of the resolver.
std::vector<IpAddress> in_turn(const std::vector<IpAddress>& v6, const std::vector<IpAddress>& v4) {
    std::vector<IpAddress> turns;
    for (std::size_t i = 0; i < std::max(v6.size(), v4.size()); ++i) {
        if (i < v6.size()) turns.push_back(v6[i]);
        if (i < v4.size()) turns.push_back(v4[i]);
    }
    return turns;
}

std::vector<IpAddress> addresses_in(const DnsResult& result) {
    std::vector<IpAddress> addresses;
    if (!result) return addresses;
    for (const auto& address : result->addresses) addresses.push_back(unmapped(address));
    return addresses;
}

// Leaves those that may be delivered to, or says why there are none.
Result<std::vector<IpAddress>, DeadEnd> permitted(std::vector<IpAddress> addresses,
                                                  const std::string& subject,
                                                  const MxRules& rules) {
    for (const auto& address : addresses) {
        if (std::ranges::count(rules.self.addresses, address) > 0) {
            return to_ourselves(subject + " is me, by its address " + address.text());
        }
    }
    if (rules.private_addresses || addresses.empty()) return addresses;
    const auto inside = addresses.front().text();
    std::erase_if(addresses, [](const IpAddress& address) { return !is_public(address); });
    if (!addresses.empty()) return addresses;
    return failed("550 5.4.4 " + subject + " has no address on the internet, only " + inside);
}

}  // namespace

Result<std::vector<dns::Name>, DeadEnd> mx_hosts(const dns::Name& domain, const DnsResult& mx,
                                                 const MxRules& rules, Entropy& chance) {
    const auto& text = domain.text();
    if (!mx) return unknown("the mail exchangers of " + text, mx.error());
    switch (mx->found) {
    case Found::no_such_name:
        // RFC 3463 §3.2: X.1.2, bad destination system address.
        return failed("550 5.1.2 the domain " + text + " does not exist");
    case Found::no_records:
        // "treated as if it was associated with an implicit MX RR, with a preference of 0, pointing
        // to that host" (RFC 5321 §5.1)
        if (is_self(rules.self, domain)) return to_ourselves(text + " is my name");
        return std::vector{domain};
    case Found::records: break;
    }
    // RFC 7505 §4: the message is to be returned at once.
    if (is_null_mx(*mx)) return failed("556 5.1.10 " + text + " accepts no mail (null MX)");
    return explicit_hosts(text, *mx, rules.self, chance);
}

Result<std::vector<IpAddress>, DeadEnd> mx_addresses(const dns::Name& host, const DnsResult& v4,
                                                     const DnsResult& v6, const MxRules& rules) {
    auto addresses = permitted(in_turn(addresses_in(v6), addresses_in(v4)), host.text(), rules);
    const bool some = addresses && !addresses->empty();
    const bool ours = !addresses && addresses.error().is_self;
    if (!some && !ours) {
        for (const auto* result : {&v4, &v6}) {
            if (!*result) return unknown("the address of " + host.text(), result->error());
        }
    }
    if (!addresses) return fail(addresses.error());
    if (addresses->empty()) return failed("550 5.4.4 " + host.text() + " has no address");
    if (addresses->size() > kMaxMxAddresses) addresses->resize(kMaxMxAddresses);
    return addresses;
}

Result<IpAddress, DeadEnd> literal_address(std::string_view literal, const MxRules& rules) {
    constexpr std::string_view kV6 = "ipv6:";
    auto text = literal;
    if (text.starts_with('[')) text.remove_prefix(1);
    if (text.ends_with(']')) text.remove_suffix(1);
    const bool tagged = starts_nocase(text, kV6);
    const auto address = parse_ip(tagged ? text.substr(kV6.size()) : text);
    if (!address || address->v6 != tagged) {
        return failed("550 5.1.2 " + std::string{literal} + " is no address that mail can go to");
    }
    const auto allowed = permitted({unmapped(*address)}, std::string{literal}, rules);
    if (!allowed) return fail(allowed.error());
    return allowed->front();
}

}  // namespace signet::relay
