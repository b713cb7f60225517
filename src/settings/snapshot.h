// The settings in force: immutable, read by everyone, swapped whole at a reload.  A session keeps
// the one it began with.  Each field is described in settings/table_*.cc, from which the parser,
// the defaults, `signet config describe` and docs/reference/signet.toml.md come.
#pragma once

#include "base/secret.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace signet::settings {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Address {
    std::string ip;
    std::uint16_t port = 0;
};  // of one socket

struct TlsSettings {
    std::string certificate, key;  // PEM files: chain, leaf first; its private key
    std::string min = "1.2";       // or "1.3"
    seconds ticket_key_life{3'600};
};

struct ListenerSettings {
    std::string name;
    std::string role;  // "submission" or "submissions": see smtp::Role
    std::vector<Address> bind;
};

struct AuthSettings {
    std::vector<std::string> mechanisms{"PLAIN", "LOGIN"};
    milliseconds failure_floor{1'000};  // a failed AUTH is answered no sooner
    milliseconds failure_step{1'000};   // and later by this much for each earlier failure
    unsigned failures = 10;             // in one session, then 421
    seconds cache_life{120};            // of a verified credential; 0 turns the cache off
    unsigned hash_threads = 1;
    milliseconds hash_wait{5'000};  // a check that would wait longer is answered 454
    std::uint64_t argon2_memory = 19u << 20;
    unsigned argon2_passes = 2;
};

struct LimitSettings {
    unsigned connections = 10'000;
    unsigned connections_per_client = 50;  // one IPv4 address or IPv6 /64
    unsigned commands = 1'000;             // between two accepted messages
    unsigned errors = 20;
    unsigned recipients = 1'000;
    std::uint64_t message_size = 50u << 20;
    std::uint64_t header_size = 256u << 10;
    unsigned received_fields = 100;  // ours included; more is a loop (RFC 5321 §6.3)
    seconds idle{300};               // RFC 5321 §4.5.3.2.7 asks for 5 minutes
    seconds before_auth{60};         // from the greeting to a proof
    seconds session{86'400};
    seconds drain{20};  // after SIGTERM
};

struct StorageSettings {
    std::string path = "/var/lib/signet";
};

// Where a secret is; exactly one is set, or none.  It is read when it is used, never kept here:
// only what an administrator wrote into the settings themselves (warning W0312) is in `literal`.
struct SecretSource {
    std::string file, env, credential;  // credential: a name in $CREDENTIALS_DIRECTORY
    std::shared_ptr<const Secret> literal;

    bool empty() const { return file.empty() && env.empty() && credential.empty() && !literal; }
};

struct SmartHostSettings {
    std::string host;              // "smtp.example.net", lower case; or an IP address
    std::uint16_t port = 587;      // both come from the one key host = "smtp.example.net:465"
    bool implicit_tls = false;     // default: true for port 465
    std::string tls = "verified";  // "verified", "opportunistic" or "none"
    std::string ca;                // PEM file; empty: the system's
    std::string user;
    SecretSource password;
};

// Routes are tried in order; the first whose match fits the recipient's domain is taken.
struct RouteSettings {
    std::string name;
    std::vector<std::string> match;  // domains, "*.example.com", or "*"
    std::optional<SmartHostSettings> smart_host;
    std::string maildir;  // a directory; {account}, {domain}, {local} are filled in
};

struct QueueSettings {
    seconds retry_first{60}, retry_max{4 * 3'600};
    seconds lifetime{5 * 86'400};  // then it fails, if it was tried at all
    unsigned delivery_concurrency = 20;
    seconds delivery_timeout{300};
};

struct LogSettings {
    std::string level = "info";   // or "error", "warning", "notice", "debug"
    std::string format = "text";  // or "json"
    // What the audit log keeps of a name that no account has: people type passwords there.
    std::string unknown_users = "hashed";  // or "full"
};
struct AuditSettings {
    std::string directory;
};  // empty: <storage.path>/audit
struct AdminSettings {
    std::string socket = "/run/signet/admin.sock";
};

struct Snapshot {
    std::string hostname;
    bool trace_client_address = false;  // in Received fields (users-ask: the home address leaks)
    TlsSettings tls;
    std::vector<ListenerSettings> listeners;
    AuthSettings auth;
    LimitSettings limits;
    StorageSettings storage;
    std::vector<RouteSettings> routes;
    QueueSettings queue;
    LogSettings log;
    AuditSettings audit;
    AdminSettings admin;
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

}  // namespace signet::settings
