// People in an LDAP directory: who is meant by a login, whether a password is right, and whether
// the person may sign in.  Blocks: on a worker pool only (store/ldap_credentials.h).
#pragma once

#include "identity/login.h"
#include "store/ldap_connection.h"
#include "store/ldap_filter.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace signet::store {

// As whom the directory is searched; no dn: as nobody (an anonymous bind).
struct LdapService {
    std::string dn;
    // Asked when it is needed.  The fault is a sentence.
    std::function<Result<Secret, std::string>()> password;
};

// Filters and bases are templates: see fill_filter.
struct LdapPeople {
    std::string base;
    LdapScope scope = LdapScope::sub;
    std::string filter;
    std::string account;                 // attribute with the account's name; empty: the login
    std::vector<std::string> addresses;  // attributes with the addresses that it may send as
    // Attribute that the password is compared with; empty: the password is proven by a bind.
    std::string password;
};

// What makes somebody who has the right password not sign in.
struct LdapRights {
    std::string disabled;  // a filter that fits a person who is locked out; empty: nobody is
    // A filter that finds something below group_base for those who may submit; empty: all may.
    std::string group_base, group_filter;
    // Our groups by the entries that they are there (normal_dn).  Which of those somebody is in
    // says an attribute of his, or a filter that finds them below group_base.
    std::map<std::string, std::string, std::less<>> groups = {};
    std::string member_of = {}, groups_filter = {};
};

struct LdapSettings {
    LdapServer server;
    LdapService service;
    LdapPeople people;
    LdapRights rights;
};

struct LdapPerson {
    std::string dn, account;  // account: folded
    std::vector<identity::SendAs> send_as;
    std::vector<std::string> member_of = {};  // entries
};

// Everybody who is there and not locked out.
struct LdapEverybody {
    std::vector<std::string> names;  // of accounts, and addresses; as they stand there
    std::size_t entries = 0, locked_out = 0, referrals = 0;
};

// What happens, as sentences for people; null: nobody listens.
using LdapTrace = std::vector<std::string>*;

// A connection to search with and one to try passwords on, made when they are needed and made anew
// when they are lost; of several servers the first that answers.  Not safe for concurrent use.
class LdapDirectory {
public:
    // The settings outlive it.
    explicit LdapDirectory(const LdapSettings& settings) : settings_(settings) {}

    // nullopt: nobody, or more than one, who are then nobody.  login: folded.
    LdapResult<std::optional<LdapPerson>> find(const std::string& login, SteadyTime until,
                                               LdapTrace trace);
    LdapResult<LdapBind> prove(const LdapPerson& person, const Secret& password, SteadyTime until,
                               LdapTrace trace);
    LdapResult<bool> is_disabled(const LdapPerson& person, const std::string& login,
                                 SteadyTime until, LdapTrace trace);
    // Our names of them, sorted.
    LdapResult<std::vector<std::string>> groups(const LdapPerson& person, const std::string& login,
                                                SteadyTime until, LdapTrace trace);
    // Whole or a fault.
    LdapResult<LdapEverybody> everybody(std::size_t most, SteadyTime until);
    LdapResult<bool> may_submit(const LdapPerson& person, const std::string& login,
                                SteadyTime until, LdapTrace trace);

private:
    using Connection = std::optional<LdapConnection>;
    LdapResult<LdapConnection> connect(SteadyTime until, LdapTrace trace);
    LdapResult<void> open_search(SteadyTime until, LdapTrace trace);
    // Does `work` on the connection, once more on a new one if an old one turns out to be lost.
    template <class T, class Work>
    LdapResult<T> on(Connection& connection, bool for_search, SteadyTime until, LdapTrace trace,
                     Work work);
    LdapResult<std::vector<LdapEntry>> search(const LdapSearch& wanted, SteadyTime until,
                                              LdapTrace trace);

    const LdapSettings& settings_;
    std::size_t server_ = 0;  // that answered last
    Connection search_, proof_;
};

}  // namespace signet::store
