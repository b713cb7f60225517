// What an administrator may ask of the running server.
//
// An endpoint is a function over the interfaces of floor 3: no socket, no file.  Its answer is
// lines of JSON; every object carries "kind" and "api_version".  Each change is an audit event with
// who asked for it.
//
// To add an endpoint: endpoint_<name>.cc, its declaration below, and its line in endpoints.cc.
#pragma once

#include "admin/reconciling.h"
#include "admin/request.h"
#include "admin/sessions.h"
#include "admin/stores.h"
#include "audit/audit_store.h"
#include "base/clock.h"
#include "base/entropy.h"
#include "base/task.h"
#include "base/ulid.h"
#include "identity/account.h"
#include "identity/app_passwords.h"
#include "identity/breached_passwords.h"
#include "identity/password_hasher.h"
#include "identity/verifiers.h"
#include "limits/bans.h"
#include "net/worker_pool.h"
#include "queue/pause.h"
#include "queue/queue_store.h"
#include "settings/snapshot.h"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signet::admin {

struct LastReload {
    WallTime when{};
    bool done = false;
    std::string why;  // it was refused: the first problem
};

struct CertificateStatus {
    std::string file, kind;
    std::vector<std::string> names;
    WallTime not_before{}, not_after{};
    std::string trouble;  // why what is in the file now is not shown; empty: it is
};

// How the server is, as it says itself.
struct Status {
    std::string version;
    WallTime started{};
    std::vector<std::string> listeners;  // "submission 127.0.0.1:587"
    std::uint64_t connections = 0;       // now
    std::uint64_t accepted = 0;          // messages since the start
    std::uint64_t delivered = 0;
    std::uint64_t hash_waiting = 0;  // passwords that wait to be checked
    bool draining = false;
    std::optional<LastReload> last_reload{};
    std::vector<CertificateStatus> certificates{};
};

// What came of new settings.
struct Reloaded {
    struct Change {
        std::string key, old_text, new_text;
        bool after_restart = false;
    };
    bool done = false;  // false: the old settings stay
    std::vector<Change> changes;
    std::string problems = "[]";  // JSON (settings::problems_json): why not, or warnings
    std::string text;             // the same for a terminal
    int exit = 0;                 // of the command line, if it is not done: 78, 75 or 1
};

// How a new password is made into what is stored.
struct PasswordMaking {
    const identity::PasswordHasher& hasher;
    net::WorkerPool& pool;                                  // for what takes its time
    const identity::Verifiers* verifiers = nullptr;         // null: none are made
    const identity::AppPasswords* app_passwords = nullptr;  // null: there are none
    const identity::BreachedPasswords* breached = nullptr;  // null: nobody knows of any
};

// Gives a message up with a report to its sender (relay/deliver.h).  false: it is being delivered,
// or gone.  `by` is recorded with it.
using GiveUp = std::function<Task<Result<bool, StoreFault>>(queue::QueueId id, audit::Event by)>;

// A destination that could not be reached when it was last tried (relay/destinations.h).
struct DownDestination {
    std::string route, domain;  // domain empty: the route alone decides
    std::string reply;
    WallTime asked{};
};

// The ways out, as far as they can be steered.  Safe for concurrent use.
class Ways {
public:
    virtual ~Ways() = default;
    virtual std::vector<queue::Pause> paused() const = 0;

    // In force at once.  false: it is so already.
    virtual bool pause(const queue::Pause& what) = 0;
    virtual bool resume(queue::Pause::Kind kind, const std::string& name) = 0;
    // What is paused now is so after a restart, too; or why not, as a sentence.
    virtual Task<Result<void, std::string>> keep() = 0;

    // Where nobody answered, it is worth asking again, now (relay/destinations.h).
    virtual void ask_again() = 0;
    virtual std::vector<DownDestination> down() const = 0;  // some of them, if they are very many
};

class RouteSignIns;  // admin/sign_ins.h

// What may be done about mail on its way out.
struct Outbound {
    GiveUp give_up = {};               // empty: nobody can
    Ways* ways = nullptr;              // null: no server runs
    RouteSignIns* sign_ins = nullptr;  // the same
};

// An issuer of tokens (settings: [[issuer]]).
struct IssuerState {
    std::string name, url;
    std::vector<std::string> audience;
    std::string introspection;  // when it is asked: "never", "opaque" or "always"
    std::uint64_t keys = 0;     // that are known
    std::optional<WallTime> fetched = {};
    std::string trouble = {};  // why it gave none when it was last asked; empty: it did
};
struct TokenFinding {
    std::string what;  // "signature", "audience" …
    bool right = false;
    std::string sentence;
};
struct TokenReport {
    std::string issuer, account;  // empty: none
    std::vector<TokenFinding> findings;
    bool good = false;  // it would sign in
};

// Safe for concurrent use.
class TokenIssuers {
public:
    virtual ~TokenIssuers() = default;
    virtual std::vector<IssuerState> list() const = 0;
    // Nobody is signed in by it.
    virtual Task<TokenReport> examine(Secret token) = 0;
};

// How clients sign in.
struct SignIns {
    limits::Bans* bans = nullptr;        // null: nobody is ever banned
    TokenIssuers* issuers = nullptr;     // null: no server runs
    Stores* stores = nullptr;            // null: no server runs
    Sessions* sessions = nullptr;        // null: no server runs
    Reconciling* reconciling = nullptr;  // null: no server runs
};

// Lives as long as the server.  Everything here is safe for concurrent use.
struct Services {
    identity::AccountStore& accounts;
    queue::QueueStore& queue;
    audit::AuditStore& audit;
    PasswordMaking passwords;
    const Clock& clock;
    Entropy& entropy;
    UlidSource& ids;
    std::function<Status()> status;
    std::function<Task<Reloaded>(audit::Actor)> reload = {};  // empty: no server runs
    SignIns sign_ins = {};
    std::function<settings::SnapshotPtr()> settings = {};  // those in force; empty: the defaults
    Outbound outbound = {};
};

struct Fault {
    enum class Kind {
        usage,        // the request is wrong: exit code 2 of the command line
        not_allowed,  // 5
        not_found,    // 6
        conflict,     // 7  it is there already, or changed meanwhile
        try_later,    // 75
        failed,       // 1
    };
    Kind kind = Kind::failed;
    std::string message;  // a sentence without a full stop; never a secret
};
std::string_view name(Fault::Kind kind);  // "not_found": in the JSON

struct Answer {
    std::vector<std::string> items;  // of a list: JSON objects
    std::string done;                // a JSON object
};
using Outcome = Result<Answer, Fault>;

struct Endpoint {
    std::string_view method;  // "account.add"
    std::span<const std::string_view> parameters;
    Task<Outcome> (*handle)(const Services& services, Request request);
};

std::span<const Endpoint* const> endpoints();

// Finds the endpoint, refuses parameters it does not know, and asks it.
Task<Outcome> answer(const Services& services, Request request);

extern const Endpoint endpoint_account_add;
extern const Endpoint endpoint_account_delete;
extern const Endpoint endpoint_account_disable;
extern const Endpoint endpoint_account_enable;
extern const Endpoint endpoint_account_list;
extern const Endpoint endpoint_account_reconcile;
extern const Endpoint endpoint_account_reset_password;
extern const Endpoint endpoint_account_set;
extern const Endpoint endpoint_account_show;
extern const Endpoint endpoint_ban_delete;
extern const Endpoint endpoint_ban_list;
extern const Endpoint endpoint_credential_add;
extern const Endpoint endpoint_credential_delete;
extern const Endpoint endpoint_credential_list;
extern const Endpoint endpoint_credential_revoke;
extern const Endpoint endpoint_credential_set;
extern const Endpoint endpoint_destination_list;
extern const Endpoint endpoint_destination_pause;
extern const Endpoint endpoint_destination_resume;
extern const Endpoint endpoint_issuer_list;
extern const Endpoint endpoint_issuer_test;
extern const Endpoint endpoint_queue_bounce;
extern const Endpoint endpoint_queue_delete;
extern const Endpoint endpoint_queue_hold;
extern const Endpoint endpoint_queue_list;
extern const Endpoint endpoint_queue_release;
extern const Endpoint endpoint_queue_retry;
extern const Endpoint endpoint_queue_show;
extern const Endpoint endpoint_queue_summary;
extern const Endpoint endpoint_reload;
extern const Endpoint endpoint_route_list;
extern const Endpoint endpoint_route_login;
extern const Endpoint endpoint_route_login_poll;
extern const Endpoint endpoint_route_pause;
extern const Endpoint endpoint_route_resume;
extern const Endpoint endpoint_route_try;
extern const Endpoint endpoint_session_end;
extern const Endpoint endpoint_session_list;
extern const Endpoint endpoint_status;
extern const Endpoint endpoint_store_list;
extern const Endpoint endpoint_store_migrate;
extern const Endpoint endpoint_store_test;

}  // namespace signet::admin
