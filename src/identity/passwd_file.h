// Accounts in a text file, as htpasswd and Dovecot's passwd-file have them:
//
//   # a comment
//   ann@example.com:{SSHA512}tZavFw2c…
//   bob@example.com:$2y$05$…::::::allow_nets=192.0.2.0/24,2001:db8::/32 send_as=info@example.com
//
// name:password:uid:gid:gecos:home:shell:extra.  Of the fields behind the password only `extra`
// means something here, and of that: `nologin`, `allow_nets` (`allow_real_nets`), and our own
// `send_as`. `nopassword` is refused; all others, `userdb_…` among them, are for other programs.
//
// An account may send as its own name, if that is an address (or becomes one with the default
// domain), and as what `send_as` lists.
//
// A file is taken whole or not at all.  A password that cannot be checked is no reason: the account
// is there, nothing opens it, and a remark says so.
#pragma once

#include "base/result.h"
#include "identity/account.h"
#include "identity/foreign_format.h"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace signet::identity {

inline constexpr std::size_t kMaxPasswdOctets = 64u << 20;
inline constexpr std::size_t kMaxPasswdLine = 8u << 10;
inline constexpr std::size_t kMaxPasswdAccounts = 500'000;
inline constexpr std::size_t kMaxPasswdRemarks = 100;  // of one file; further ones are left out

struct PasswdRules {
    FormatRules formats = {};
    std::string default_domain = {};  // of a name without one; empty: it has no address
};

// what: a sentence without a full stop, and without anything of the password.
struct PasswdRemark {
    std::size_t line = 0;  // from 1; 0: the file as a whole
    std::string what;
    bool operator==(const PasswdRemark&) const = default;
};

// By name, folded.  The one credential is kMainPassword, whose secret is what the file has, default
// scheme included; revision, created and changed are whoever's that keeps the table.
using PasswdAccounts = std::map<std::string, Account, std::less<>>;

struct PasswdFile {
    PasswdAccounts accounts;
    std::vector<PasswdRemark> remarks;  // accounts that nothing opens, and why
};

// Fault: why the file is not taken, line by line.
Result<PasswdFile, std::vector<PasswdRemark>> parse_passwd_file(std::string_view text,
                                                                const PasswdRules& rules);

}  // namespace signet::identity
