// The data of one record, as it stands on the wire, into the answer (RFC 1035 §3.3, §4.1.3).
#pragma once

#include "dns/answer.h"

#include <string_view>

namespace signet::dns {

inline constexpr std::size_t kRdataOctets = 65'535;  // what its length field can say

// false: that is no record of this type; the answer is as it was.  Names inside are not compressed
// (RFC 3597 §4): there is no message here that a pointer could point into.
[[nodiscard]] bool take_rdata(Type type, std::string_view rdata, Answer& answer);

}  // namespace signet::dns
