// From what a resolver reports to what our code reads.  What a stranger's zone contains arrives
// here, so everything has its limit.
#pragma once

#include "dns/answer.h"

#include <span>
#include <string_view>

namespace signet::dns {

inline constexpr std::size_t kMaxRecords = 256;  // in one answer; more is Fault::malformed

// Shape: as the resolver has it, referring to its memory.
struct Reply {
    int rcode = 0;  // RFC 1035 §4.1.1
    bool secure = false, bogus = false;
    std::string_view why_bogus = {};
    std::string_view canonical = {};  // as text; empty: the name that was asked for
    std::chrono::seconds ttl{0};
    std::span<const std::string_view> rdata = {};
};

// A bogus reply is a fault, whatever else it says.
Result<Answer, Fault> read_reply(const Question& question, const Reply& reply);

}  // namespace signet::dns
