// xtext: how a parameter of MAIL or RCPT carries octets that may not stand there (RFC 3461 §4), and
// what may be in it when it is decoded.
//
// Such a value travels on, into the queue, the next hop and a report.  Exim let a line end through
// here twice (CVE-2020-28021, CVE-2020-28026); so what is decoded is printable or nothing.
#pragma once

#include "mail/envelope.h"

#include <optional>
#include <string>
#include <string_view>

namespace signet::smtp {

// xtext = *( xchar / hexchar ).  nullopt: no xtext, or octets in it that cannot be printed.
std::optional<std::string> decode_xtext(std::string_view xtext);
std::string encode_xtext(std::string_view printable);

// ORCPT: original-recipient-address = addr-type ";" xtext (RFC 3461 §4.2); of the type utf-8 the
// rest is as RFC 6533 §3 writes it.  Decoded: "rfc822;ann@example.com".  nullopt: malformed, an
// empty address, or more than mail::kOriginalOctets.
std::optional<std::string> decode_original(std::string_view value);
// REQUIRES: original as decode_original gives it.  ASCII, whatever is in it.
std::string encode_original(std::string_view original);

// "NEVER", "SUCCESS,FAILURE" … (RFC 3461 §4.1)
std::optional<mail::Notify> parse_notify(std::string_view value);
std::string text_of(const mail::Notify& notify);  // REQUIRES: notify.asked

}  // namespace signet::smtp
