// What is asked of DNS, and what comes back: values.
//
// That a name does not exist, or has no such record, is an answer.  A fault is what keeps us from
// knowing: it is never evidence for or against anything, and mail waits for it to pass.
#pragma once

#include "base/ip.h"
#include "base/result.h"
#include "dns/name.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace signet::dns {

// With their numbers on the wire (RFC 1035 §3.2.2, RFC 3596 §2.1, RFC 6698 §7.1).
enum class Type : std::uint16_t {
    a = 1,
    mx = 15,
    txt = 16,
    aaaa = 28,
    tlsa = 52,
};
std::string_view name(Type type);

struct Question {
    Name name;
    Type type = Type::a;
    auto operator<=>(const Question&) const = default;
};

struct Mx {
    std::uint16_t preference = 0;
    std::optional<Name> exchange = {};  // the root: see RFC 7505; none: what is there is no host
    auto operator<=>(const Mx&) const = default;
};

// RFC 6698 §2.1; the numbers as they are there, known ones or not.
struct Tlsa {
    std::uint8_t usage = 0, selector = 0, matching = 0;
    std::string association;  // octets
    auto operator<=>(const Tlsa&) const = default;
};

struct Answer {
    enum class Found {
        records,
        no_records,    // the name exists, without any of this type
        no_such_name,  // NXDOMAIN
    };
    Found found = Found::records;
    // Proven by signatures that we checked ourselves, absence too.  What a resolver in between says
    // of it (the AD bit) counts for nothing: anybody on the way could set it.
    bool secure = false;
    Name canonical = {};          // the name behind the aliases (CNAME) that were followed
    std::chrono::seconds ttl{0};  // how long it is true

    // Of the type that was asked for, in the order in which they came; the others are empty.
    std::vector<IpAddress> addresses = {};  // A or AAAA
    std::vector<Mx> exchanges = {};         // MX
    std::vector<std::string> texts = {};    // TXT, the strings of each joined; any octets
    std::vector<Tlsa> associations = {};    // TLSA
};

struct Fault {
    enum class Kind {
        servfail,   // nobody who should know it answered usefully; a lame or looping zone, too
        refused,    // the servers refuse to answer us
        timed_out,  // the deadline passed
        bogus,      // signed, and the signatures are wrong: perhaps an attack, perhaps a slip
        malformed,  // it is no answer to this question, or larger than any we read
        cancelled,  // the server stops
        local,      // no memory, no socket
    };
    Kind kind = Kind::servfail;
    std::string text{};  // printable: "SERVFAIL", "signature expired …"
};
std::string_view name(Fault::Kind kind);

}  // namespace signet::dns
