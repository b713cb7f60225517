// One connection to an LDAP server, by libldap, in the words that a sign-in needs.  Every call
// blocks: on a worker pool only.
//
// libldap of Debian does TLS by GnuTLS; certificates are verified, and the host's name in them,
// unless TLS is off.  Referrals are not followed unless asked for: whoever answers could send us,
// and the passwords, anywhere.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/store_fault.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace signet::store {

inline constexpr std::size_t kMaxLdapValues = 1'000;  // of one attribute; more are left out
inline constexpr std::size_t kMaxLdapValue = 4'096;   // octets; longer ones are left out
// Octets of a message: one entry, with four attributes that are kept whole.
inline constexpr std::size_t kMaxLdapMessage = 4 * kMaxLdapValues * kMaxLdapValue;
// Octets of a listing: a million people, each with 256 of name and addresses.
inline constexpr std::size_t kMaxLdapListing = 256u << 20;

struct LdapServer {
    std::vector<std::string> urls;  // "ldap://host[:port]", "ldaps://…", "ldapi://…"
    bool tls = true;                // ldap:// is upgraded by StartTLS before anything else is said
    std::string ca;                 // PEM file of authorities
    bool referrals = false;
};

// detail: the library's words, and the server's; never a password.
struct LdapTrouble {
    StoreFault fault = StoreFault::unavailable;
    std::string detail;
};
template <class T>
using LdapResult = Result<T, LdapTrouble>;

struct LdapEntry {
    std::string dn;
    std::map<std::string, std::vector<std::string>> attributes;  // names in lower case
};

enum class LdapScope {
    base,
    one,
    sub
};
struct LdapSearch {
    std::string base;
    LdapScope scope = LdapScope::sub;
    std::string filter;
    std::vector<std::string> attributes;  // empty: none
    int limit = 2;                        // entries
};

// All that a search finds, a page at a time.
struct LdapListing {
    std::vector<LdapEntry> entries;
    std::size_t referrals = 0;  // to other servers, which were not followed
};

// What a listing may have at the most.
struct LdapBounds {
    std::size_t entries = 0;
    std::size_t octets = kMaxLdapListing;  // of names and values
};

// How a bind with a user's password ended.
enum class LdapBind {
    right,
    wrong,     // wrong password, or none is kept for that entry
    disabled,  // the server says that the account is locked, has expired, or the like
};

// Not safe for concurrent use.
class LdapConnection {
public:
    static constexpr int kPage = 500;  // entries; what Active Directory allows is 1,000

    // Connected, and inside TLS if asked for.
    static LdapResult<LdapConnection> open(const std::string& url, const LdapServer& server,
                                           SteadyTime until);
    LdapConnection(LdapConnection&&) noexcept;
    LdapConnection& operator=(LdapConnection&&) noexcept;
    ~LdapConnection();

    // Simple bind.  REQUIRES: the password is not empty unless the name is: RFC 4513 §5.1.2, a name
    // without a password is no sign-in, and servers call it a success.
    LdapResult<LdapBind> bind(const std::string& dn, const Secret& password, SteadyTime until);
    // At most search.limit entries.  None where the base is not.
    LdapResult<std::vector<LdapEntry>> search(const LdapSearch& search, SteadyTime until);
    // All of them, by pages (RFC 2696), whatever search.limit says.  Whole or a fault: a page that
    // fails, is longer than was asked for or has nothing in it though more is to come, a limit of
    // the server, or more than `most`.  After a fault the connection is of no more use.
    LdapResult<LdapListing> list(const LdapSearch& search, LdapBounds most, SteadyTime until);
    // RFC 4511 §4.10.  false: it is another value, or the entry has none.
    LdapResult<bool> compare(const std::string& dn, const std::string& attribute,
                             const Secret& value, SteadyTime until);

    const std::string& url() const { return url_; }

private:
    struct Handle;
    LdapConnection(std::unique_ptr<Handle> handle, std::string url);
    std::unique_ptr<Handle> handle_;
    std::string url_;
};

// So that one entry has one name: without blanks around, in lower case, special characters escaped
// one way (RFC 4514).
std::string normal_dn(const std::string& dn);

}  // namespace signet::store
