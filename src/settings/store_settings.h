// Where the accounts are, besides Signet's own database: the settings of [[store]].
//
// To add a kind of store: its settings here, its keys in table_store_<kind>.h and their line in
// table_store.cc, its row in kStoreKinds, and what makes it (app/store_kinds.cc).
#pragma once

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

// Stores are asked in order; the first that knows an account answers.
struct StoreSettings {
    std::string name;
    std::string kind = {};                  // see kStoreKinds
    std::vector<std::string> domains = {};  // of the logins it serves; empty: all
    std::chrono::milliseconds timeout{5'000};
    unsigned connections = 4;
    PasswdFileSettings file = {};
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
