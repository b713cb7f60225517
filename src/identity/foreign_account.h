// What accounts that somebody else keeps have in common, whether they are the lines of a file
// (identity/passwd_file.h) or the rows of a table (identity/account_columns.h).
#pragma once

#include "base/result.h"
#include "identity/account.h"
#include "identity/foreign_format.h"

#include <optional>
#include <string>
#include <string_view>

namespace signet::identity {

inline constexpr std::size_t kMaxAllowedNetworks = 64;  // of one account
inline constexpr std::size_t kMaxForeignSendAs = 100;   // of one account

// Each takes one item of a list.  Faults: a sentence without a full stop; where it stood is the
// caller's to say.
Result<void, std::string> add_network(Account& account, std::string_view text);
Result<void, std::string> add_send_as(Account& account, std::string_view text);

// The scheme is written out, so that whoever checks it needs no other rule.  Verifiers are those
// that the password's form holds, beside what the account has.  Answers why no password opens it,
// if that is so and it is not meant to be.
std::optional<FormatFault> take_password(Account& account, std::string_view stored,
                                         const FormatRules& rules);

// An account may send as its own name, if that is an address or becomes one with the domain.
void add_own_address(Account& account, std::string_view default_domain);

}  // namespace signet::identity
