// Unicode in addresses: the only place of this room that knows ICU (UTS 46, RFC 5891, RFC 6531).
//
// Pure functions of octets, safe for concurrent use.  Without ICU's data none of them yields
// anything, and addresses stay ASCII.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace signet::mail {

// The domain in the form that DNS and every comparison know: "bücher.example" is
// "xn--bcher-kva.example".  Upper case and the two ways to write "ü" are the same domain; anything
// that UTS 46 would map further (full-width letters, ligatures, what is ignored) is refused, since
// programs do not agree on it.  nullopt: no such domain (RFC 5891 §5.4, with the rules for
// right-to-left and joiners).  An ASCII domain comes back in lower case, its A-labels checked.
std::optional<std::string> domain_to_ascii(std::string_view domain);

// UTF-8 in which every character can be seen: no control, format or private character, no blank
// but the space of ASCII, no line separator, nothing that Unicode has not assigned.  A zero width
// joiner counts as seen behind a virama (RFC 5892 appendix A.1, A.2), where it changes the letter.
bool is_visible(std::string_view utf8);

// Lower case in normal form C, for a host that owns the mailbox.  What is no UTF-8 comes back with
// its ASCII letters lowered.
std::string fold_case(std::string_view utf8);

}  // namespace signet::mail
