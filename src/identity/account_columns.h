// An account as a row of a database's answer: what a column means is said by its name.
//
//   name                 the account, folded; left out: the login
//   password             as identity/foreign_format.h has it
//   verifiers            what SCRAM is checked with: "SCRAM-SHA-256$4096:…", as PostgreSQL has it
//   enabled, may_submit  whether; left out: yes.  NULL is no
//   nologin              whether not; left out and NULL: it may
//   send_as              addresses, "*@example.com" is a domain; besides its own name
//   groups, allow_nets   names; networks from which alone the password opens it
//   messages_per_hour, recipients_per_hour, message_recipients, message_size   limits
//
// A list is an array of the database's ("{a,b}") or text with commas or blanks between the items.
// What cannot be read makes the whole row none: an account is never wider than it was meant.
#pragma once

#include "base/result.h"
#include "identity/account.h"
#include "identity/foreign_format.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signet::identity {

enum class AccountColumn {
    name,
    password,
    verifiers,
    enabled,
    may_submit,
    nologin,
    send_as,
    groups,
    allow_nets,
    messages_per_hour,
    recipients_per_hour,
    message_recipients,
    message_size,
};
std::string_view name(AccountColumn column);
std::span<const AccountColumn> account_columns();
std::optional<AccountColumn> parse_account_column(std::string_view name);

inline constexpr std::size_t kMaxColumnOctets = 65'536;
inline constexpr std::size_t kMaxColumnItems = 1'000;

struct AccountField {
    AccountColumn column{};
    std::optional<std::string> value;  // nullopt: NULL
};

struct RowRules {
    FormatRules formats = {};
    std::string default_domain = {};  // of a name without one; empty: it has no address
};

struct RowAccount {
    Account account;
    std::optional<FormatFault> useless = {};  // why its password opens nothing
};

// login: folded.  Fault: what is wrong with the row, without anything of the password.
Result<RowAccount, std::string> read_account_row(const std::string& login,
                                                 std::span<const AccountField> row,
                                                 const RowRules& rules);

// Fault: "an array that does not end" and the like.
Result<std::vector<std::string>, std::string> read_column_list(std::string_view text);

}  // namespace signet::identity
