// Where the accounts are, besides Signet's own database: the settings of [[store]].
//
// To add a kind of store: its settings here, its keys in table_store_<kind>.h and their line in
// table_store.cc, its row in kStoreKinds, and what makes it (app/store_kinds.cc).
#pragma once

#include "settings/secret_source.h"

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signet::settings {

// A passwd-file (identity/passwd_file.h).
struct PasswdFileSettings {
    std::string path;
    std::string default_scheme = "CRYPT";  // of a password without "{SCHEME}"
    bool weak_schemes = false;             // MD5-CRYPT, DES-CRYPT, SHA, SSHA, SMD5, …
    bool plain_passwords = false;          // {PLAIN}
};

// An LDAP directory (store/ldap_directory.h), and as whom it is searched.
struct LdapServerSettings {
    std::vector<std::string> urls;
    std::string tls = "verified";  // or "none": ldap:// stays in the clear
    std::string ca;                // PEM file; empty: the system's
    std::string bind_dn;           // empty: it is searched as nobody
    SecretSource bind_password;
    bool referrals = false;
};
// Whom a login means there, and how the password is proven.
struct LdapPeopleSettings {
    std::string base, scope = "sub";  // or "one", "base"
    std::string filter = "(|(uid={login})(mail={login}))";
    std::string account;                         // attribute; empty: the login
    std::vector<std::string> addresses{"mail"};  // attributes
    std::string mode = "bind";                   // or "compare"
    std::string password = "userPassword";       // attribute that is compared
};
struct LdapRightsSettings {
    // Active Directory's flag, and that of 389 Directory Server.
    std::string disabled = "(|(userAccountControl:1.2.840.113556.1.4.803:=2)(nsAccountLock=TRUE))";
    std::string group_base, group_filter;  // empty filter: everybody may submit
    // Groups of Signet's own by the directory's: "staff=cn=staff,ou=groups,dc=example,dc=com".
    std::vector<std::string> groups = {};
    // The attribute of a person that names his groups; empty: they are searched by this filter.
    std::string member_of = "memberOf", groups_filter = {};
};

// PAM (store/pam_credentials.h).
struct PamSettings {
    std::string service = "signet";
    std::string user = "login";  // or "local-part"
    std::string directory;       // with the services' files; empty: the system's
};

// A service of somebody's own (store/http_credentials.h).
struct HttpStoreSettings {
    std::string url;
    SecretSource bearer;
    std::string certificate, key;  // PEM files; empty: none is shown
    std::string ca;                // PEM file; empty: the system's
    bool private_addresses = false;
};

// A PostgreSQL database (store/postgres_connection.h), and as whom it is asked.
struct PostgresServerSettings {
    std::vector<std::string> hosts;  // "db1.example.com:5432", or the directory of a Unix socket
    std::string database = "signet", user = "signet";
    SecretSource password;
    std::string tls = "verified";  // or "none"
    std::string ca;                // PEM file; empty: the system's
    std::string certificate, key;  // PEM files; empty: none is shown
    std::string session = "any";   // target_session_attrs
};
// Whom a login means there.
struct PostgresPeopleSettings {
    std::string query;    // empty: Signet's own tables
    std::string channel;  // of NOTIFY; empty: none
    std::string default_scheme = "CRYPT";
    bool weak_schemes = false;
    bool plain_passwords = false;
};
struct PostgresSettings : PostgresServerSettings, PostgresPeopleSettings {};

// Stores are asked in order; the first that knows an account answers.
struct StoreSettings {
    std::string name;
    std::string kind = {};                  // see kStoreKinds
    std::vector<std::string> domains = {};  // of the logins it serves; empty: all
    std::chrono::milliseconds timeout{5'000};
    unsigned connections = 4;
    PasswdFileSettings file = {};
    LdapServerSettings ldap = {};
    LdapPeopleSettings people = {};
    LdapRightsSettings rights = {};
    PamSettings pam = {};
    HttpStoreSettings http = {};
    PostgresSettings postgres = {};
};

// The store that is always there: the accounts of `signet account`.  It is the first, unless a
// [[store]] of its kind says where it stands.
inline constexpr std::string_view kDatabaseStore = "database";

struct StoreKind {
    std::string_view name;
    std::string_view table;  // of its own keys: "file" for "file.path"; empty: it has none
    bool remote = false;     // `timeout` and `connections` mean something
};
std::span<const StoreKind> store_kinds();

}  // namespace signet::settings
