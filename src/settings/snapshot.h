// The settings in force: immutable, read by everyone, swapped whole at a reload.  A session keeps
// the one it began with.  Each field is described in settings/table_*.cc, from which the parser,
// the defaults, `signet config describe` and docs/reference/signet.toml.md come.
#pragma once

#include "aliases/table.h"
#include "base/ip.h"
#include "base/rate.h"
#include "base/secret.h"
#include "settings/store_settings.h"

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
    bool operator==(const Address&) const = default;
};  // of one socket

struct TlsSettings {
    std::string certificate, key;  // PEM files: chain, leaf first; its private key
    std::string min = "1.2";       // or "1.3"
    std::string ciphers;           // of TLS 1.2, OpenSSL's names; empty: ours
    seconds ticket_key_life{3'600};
};

// A further certificate: shown to whoever asks for one of its names (SNI), or has the other kind
// of key (ECDSA beside RSA).
struct CertificateSettings {
    std::string certificate, key;
};

struct ListenerSettings {
    std::string name;
    std::string role = {};  // "submission", "submissions" or "mx": see smtp::Role
    std::vector<Address> bind = {};
    bool auth = true;  // whether AUTH is offered; on mx it is not unless set
    std::string tls_min = {}, tls_ciphers = {};  // empty: as in [tls]
    std::string bare_newline = "reject";  // or "normalize": taken as CRLF, never as end of DATA
    std::vector<IpNetwork> proxies = {};  // peers that begin with a PROXY header; nobody else may
};

// A trusted network: whoever connects from it to one of its listeners is signed in under its name,
// with method NETWORK, and may do what stands here and no more.
struct NetworkSettings {
    std::string name;
    std::vector<IpNetwork> from;
    std::vector<std::string> listeners = {};   // by name; empty: every listener of role mx
    std::vector<std::string> send_as = {};     // "printer@example.com", "*@example.com"
    std::vector<std::string> recipients{"*"};  // domain patterns
    Rate messages{100, seconds{3'600}};
};

// A domain whose mail an mx listener takes from anyone.
struct DomainSettings {
    std::string name;
    // Local parts that are taken besides the addresses of accounts and postmaster; "*": all.
    std::vector<std::string> recipients = {};
};

// Other names of recipients.  Who reads the settings from disk reads these files, too
// (settings/alias_files.h): an alias file that is wrong is settings that are wrong.
struct AliasSettings {
    std::vector<std::string> files = {};
    aliases::TablePtr table = aliases::no_aliases();  // what is in the files
};

// How old passwords get.
struct PasswordAgeSettings {
    seconds most{0};                                    // 0: as old as their owners like
    std::vector<std::string> warn_before{"14d", "3d"};  // durations of whole days
    std::string page = {};       // where to change it, as the 534 and the warnings say it
    bool app_passwords = false;  // they get too old, too
};

struct PasswordSettings {
    std::string for_mail = "allowed";  // or "app-passwords-only"
    std::string app_password_page;     // empty: nothing is said of one
    unsigned min_length = 8;           // characters
    // Made by `signet passwords import-breached`; empty: <storage.path>/breached-passwords, where
    // it is.
    std::string breached_list = {};
    PasswordAgeSettings age = {};
};

// Who tells which people are still there, and when it is asked (app/reconciler.h).
struct ReconcileSettings {
    std::string store = {}, list = {};      // a [[store]] of kind ldap; a file: at most one of them
    std::string at = {};                    // "02:30", local time; empty: only when somebody asks
    unsigned at_most = 10;                  // percent of the accounts that may be disabled at once
    std::vector<std::string> domains = {};  // of the accounts that are compared; empty: all
    std::vector<std::string> except = {};   // patterns of accounts that are nobody's own
};

struct AuthSettings {
    std::vector<std::string> mechanisms{
        "SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "OAUTHBEARER", "XOAUTH2", "PLAIN", "LOGIN"};
    milliseconds failure_floor{1'000};  // a failed AUTH is answered no sooner
    milliseconds failure_step{1'000};   // and later by this much for each earlier failure
    unsigned failures = 10;             // in one session, then 421
    seconds cache_life{120};            // of a verified credential; 0 turns the cache off
    unsigned hash_threads = 1;
    milliseconds hash_wait{5'000};  // a check that would wait longer is answered 454
    std::uint64_t argon2_memory = 19u << 20;
    unsigned argon2_passes = 2;
    // "auto": offered where every account has a verifier; "always"; "off": none is stored, either.
    std::string scram = "auto";
    unsigned scram_iterations = 100'000;
    std::string default_domain = {};  // of a login without one, when a store is chosen
};

// By which mechanisms somebody may sign in; the first rule that fits decides
// (submission/sign_in_rules.h).  An empty condition holds for everybody.
struct SignInSettings {
    std::string name;
    std::vector<std::string> mechanisms;
    std::vector<std::string> listeners = {};  // by name
    std::vector<IpNetwork> from = {};
    std::vector<std::string> accounts = {};  // "*" stands for any octets
    std::vector<std::string> groups = {};

    bool for_everybody() const { return accounts.empty() && groups.empty(); }
};

// Who may act as whom, by the authorization identity of SASL (RFC 4422 §3.4.1).
struct ActAsSettings {
    std::string name;
    std::vector<std::string> accounts = {}, groups = {};  // who: any of both; "*" in accounts
    std::vector<std::string> as;                          // whom: "*" stands for any octets
};

// Whose certificates sign in by EXTERNAL.
struct ClientCertificateSettings {
    std::string ca = {};       // PEM file; empty: those alone that accounts have as credentials
    std::string revoked = {};  // PEM file of revocation lists; empty: none is asked
    std::vector<std::string> account{"email"};  // what of a certificate names its account
    std::string strip_domain = {}, append_domain = {};
};

// What guessing leads to.  A network is one IPv4 address or an IPv6 /64.
struct GuessingSettings {
    unsigned failures = 5;      // different wrong passwords for one account from one network …
    seconds window{600};        // … in this time, and the network may not try that account …
    seconds ban{900};           // … for so long
    milliseconds delay{1'000};  // each such failure before that delays the answer by this much
    unsigned names = 10;        // accounts that one network fails at …
    seconds names_window{3'600};
    seconds names_ban{3'600};       // … before it may try none at all
    seconds familiar{30 * 86'400};  // where an account signed in so lately, it is not banned
    std::vector<IpNetwork> never;   // not banned, besides loopback, trusted proxies and gateways
};

// Of one client network: one IPv4 address or IPv6 /64.
struct ClientLimits {
    unsigned connections = 50;  // at the same time
    Rate connection_rate{300, seconds{60}};
    Rate command_rate{30'000, seconds{60}};
};

// How fast a client must go on.
struct Pace {
    seconds idle{300};              // for a command; RFC 5321 §4.5.3.2.7 asks for 5 minutes
    std::uint64_t data_rate = 500;  // octets a second that content must come with; 0: any
};

struct LimitSettings {
    unsigned connections = 10'000;
    ClientLimits client;
    unsigned commands = 1'000;  // between two accepted messages
    unsigned errors = 20;
    unsigned recipients = 1'000;
    std::uint64_t message_size = 50u << 20;
    std::uint64_t header_size = 256u << 10;
    unsigned received_fields = 100;  // ours included; more is a loop (RFC 5321 §6.3)
    Pace pace;
    seconds before_auth{60};  // from the greeting to a proof
    seconds session{86'400};
    seconds drain{20};  // after SIGTERM
};

// What one account may do, unless the account says otherwise (identity::AccountLimits); trusted
// networks too, but for `messages`, of which they have their own.
struct AccountLimitSettings {
    Rate messages{1'000, seconds{3'600}};
    Rate recipients{5'000, seconds{86'400}};
    unsigned message_recipients = 0;  // 0: as limits.recipients
    std::uint64_t message_size = 0;   // 0: as limits.message_size
};

struct PolicySettings {
    std::string header_from = "owned";  // From and Sender must be the login's; or "any"
};

// Where an issuer is asked about a token (RFC 7662), and as whom.
struct IntrospectionSettings {
    std::string url;  // empty: as its metadata says
    std::string client_id;
    SecretSource client_secret;
    std::string when = "opaque";  // or "always": about JWTs, too
    seconds life{60};             // of an answer; 0: none is remembered
    seconds outage{900};          // sessions go on for so long while it does not answer
};

// Which account a token signs in as (oauth/claims.h).
struct TokenAccountSettings {
    std::string claim = "sub";
    std::string strip_domain = {}, append_domain = {};
};

struct IssuerKeySettings {
    std::string url = {};  // empty: as its metadata says
    seconds refresh{900}, life{86'400};
};

// How an issuer may be reached.
struct IssuerReachSettings {
    std::string ca = {};  // PEM file; empty: the system's
    bool private_addresses = false;
};

// Who issues OAuth tokens that sign in here.
struct IssuerSettings {
    std::string name, url;
    std::vector<std::string> audience;
    std::vector<std::string> algorithms{"RS256", "PS256", "ES256", "ES384", "EdDSA"};
    std::vector<std::string> required_scope = {}, clients = {};
    TokenAccountSettings account = {};
    bool plain_jwt = false;
    seconds clock_skew{60};
    IssuerKeySettings keys = {};
    IssuerReachSettings reach = {};
    IntrospectionSettings introspection = {};

    bool is_asked() const { return !introspection.client_id.empty(); }
};

struct StorageSettings {
    std::string path = "/var/lib/signet";
    // Seals the credentials in the account database; empty: <path>/credential-key, made at the
    // first start.
    SecretSource credential_key;
};

// One of host = ["smtp.example.net:465", …]
struct SmartHostAddress {
    std::string host;  // lower case; or an IP address
    std::uint16_t port = 587;
    bool implicit_tls = false;  // default: true for port 465
};

// Where a route gets the access tokens that it signs in with.
struct OauthSettings {
    std::string grant = "client_credentials";  // or "refresh_token": signet route login
    std::string token_url;                     // https
    std::string device_url;                    // https; of a refresh token: where login begins
    std::string client_id;
    SecretSource client_secret;  // empty: a public client, which has none, or one that signs
    std::string client_certificate, client_key;  // PEM files, to sign with; or neither
    std::string scope;                           // empty: the provider's default
    std::string secret_expires;                  // "2027-05-01"; empty: nobody knows
    std::string ca;                              // PEM file; empty: the system's
    bool private_addresses = false;              // docs/decisions/0185-what-is-asked-over-http.md
};

struct SmartHostSettings {
    std::vector<SmartHostAddress> hosts;  // in the order in which they are tried
    std::string tls = "verified";         // "verified", "opportunistic" or "none"
    std::string ca;                       // PEM file; empty: the system's
    std::string user;
    SecretSource password;
    std::vector<std::string> mechanisms;  // that may be used to sign in; empty: all
    std::optional<OauthSettings> oauth = {};

    bool signs_in() const { return !user.empty() || !password.empty() || oauth; }
};

// Delivery to the mail exchangers of each recipient's domain.
struct MxSettings {
    std::string tls = "opportunistic";  // or "none"
    unsigned port = 25;
    bool private_addresses = false;  // docs/decisions/0112-no-exchanger-inside.md
};

// How fast a route may be used.  0: no limit.
struct PaceSettings {
    unsigned connections = 0;  // at the same time
    Rate messages{0, seconds{60}};
};

// As whom a route appears to its next hops.
struct OutboundSettings {
    std::vector<std::string> source = {};    // our addresses, one of a family; empty: any
    std::string ehlo = {};                   // empty: hostname
    std::string certificate = {}, key = {};  // PEM files, for a next hop that asks; empty: none
};

// Routes are tried in order; the first of which all conditions hold is taken.
struct RouteSettings {
    std::string name;
    std::vector<std::string> match;          // domains, "*.example.com", or "*"
    std::vector<std::string> senders = {};   // "ann@example.com", "*@example.com", "<>"; empty: any
    std::vector<std::string> accounts = {};  // "*" stands for any octets; empty: anybody
    std::optional<SmartHostSettings> smart_host = {};
    std::string maildir = {};  // a directory; {account}, {domain}, {local} are filled in
    std::optional<MxSettings> mx = {};
    std::vector<std::string> lmtp = {};  // "host:port" or a Unix socket's path, in order
    bool discard = false;
    OutboundSettings outbound = {};
    PaceSettings pace = {};
};

// How names are looked up for routes to mail exchangers.
struct DnsSettings {
    std::vector<Address> servers = {};  // resolvers; empty: those of /etc/resolv.conf
    std::string dnssec = "validate";    // or "off"
    std::string trust_anchor = {};      // a file; empty: Debian's key of the root
    bool operator==(const DnsSettings&) const = default;
};

struct QueueSettings {
    seconds retry_first{60}, retry_max{4 * 3'600};
    seconds lifetime{5 * 86'400};     // then it fails, if it was tried at all
    seconds delay_notice{4 * 3'600};  // then its sender hears that it waits; 0: never
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

// Metrics and health, over HTTP.
struct MetricsSettings {
    std::vector<Address> bind;     // empty: off
    std::vector<IpNetwork> allow;  // who may ask, besides this machine
};

struct Snapshot {
    std::string hostname;
    bool trace_client_address = false;  // in Received fields (users-ask: the home address leaks)
    TlsSettings tls;
    std::vector<CertificateSettings> certificates;
    std::vector<ListenerSettings> listeners;
    std::vector<NetworkSettings> networks;
    std::vector<DomainSettings> domains;
    AliasSettings aliases;
    AuthSettings auth;
    std::vector<SignInSettings> sign_in;
    std::vector<ActAsSettings> act_as;
    ClientCertificateSettings client_certificates;
    PasswordSettings passwords;
    ReconcileSettings reconcile;
    std::vector<StoreSettings> stores;  // besides the database, unless it is among them
    std::vector<IssuerSettings> issuers;
    GuessingSettings guessing;
    LimitSettings limits;
    AccountLimitSettings account_limits;
    PolicySettings policy;
    StorageSettings storage;
    std::vector<RouteSettings> routes;
    DnsSettings dns;
    QueueSettings queue;
    LogSettings log;
    AuditSettings audit;
    AdminSettings admin;
    MetricsSettings metrics;
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

}  // namespace signet::settings
