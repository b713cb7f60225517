// What a new password has to be: the rules of NIST SP 800-63B-4 §3.1.1.2, as far as they can be
// judged without a list of known passwords.  Pure.
//
// Length decides, and nothing is asked of the kinds of characters ("Verifiers and CSPs SHALL NOT
// impose other composition rules").  What is refused besides is a password that is nothing but
// words that everybody who attacks this account tries first: "Context-specific words, such as the
// name of the service, the username, and derivatives thereof".  The whole password is compared, and
// not words that occur in it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace signet::identity {

// 511: what crypt(3) reads, so that a password may go on to another server.
inline constexpr std::size_t kLongestPassword = 511;  // octets

struct PasswordRules {
    unsigned min_length = 8;              // code points
    std::vector<std::string> words = {};  // context_words()
};

// The words about an account: its name, the part before the @, the domain with and without what
// follows its dots, and the same of `others` (its addresses, the server's host name); "signet".
std::vector<std::string> context_words(std::string_view account,
                                       const std::vector<std::string>& others);

// A sentence without a full stop; empty: nothing is wrong with it.
std::string reason_against(std::string_view password, const PasswordRules& rules);

}  // namespace signet::identity
