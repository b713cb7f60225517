// What happened, for the record.  Field names are those of the JSON (docs/reference/audit.md).
#pragma once

#include "base/clock.h"
#include "base/ulid.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signet::audit {

enum class Outcome {
    success,
    failure,
    aborted,
    error
};
enum class Severity {
    info,
    notice,
    warning,
    critical
};
std::string_view name(Outcome outcome);
std::string_view name(Severity severity);

struct Client {
    std::string ip;
    std::uint16_t port = 0;
    std::string ehlo;
    std::string proxy_ip = {};  // of the proxy that named ip and port
};
struct Server {
    std::string ip;
    std::uint16_t port = 0;
};
struct Tls {
    std::string version, cipher, sni;
    bool implicit = false;
};
struct Smtp {
    int code = 0;
    std::string enhanced;
};
struct Message {
    std::string queue_id, message_id, sender;
    std::vector<std::string> recipients;
    std::uint64_t size = 0;
};
struct Delivery {
    std::string route, next_hop;
    unsigned attempt = 0;
};
struct Actor {
    std::string id, name, via;
};
struct Target {
    std::string kind, id, name;
};
struct Change {
    std::string field, old_value, new_value;
};  // secrets as "***"

// A record: more than 12 fields by a named exception (docs/decisions).  Empty is absent.
struct Event {
    WallTime time{};
    Ulid id;
    std::string event;  // "auth.attempt", "message.accepted", … (docs/reference/audit.md)
    Outcome outcome = Outcome::success;
    std::string reason = "ok";
    Severity severity = Severity::info;
    std::string service;   // "submission", "submissions", "cli", "relay"
    std::string frontend;  // the listener's name
    std::string session_id;
    Client client;
    Server server;
    std::optional<Tls> tls;
    std::string user_name;     // as presented; sanitised when written
    std::string account_name;  // resolved
    std::string mechanism;
    std::string credential_kind, credential_id;
    std::string authzid;
    std::string policy_rule, policy_action;
    Smtp smtp;
    double latency_ms = 0;
    unsigned repeat_count = 1;
    std::optional<Message> message;
    std::optional<Delivery> delivery;
    std::optional<Actor> actor;
    std::optional<Target> target;
    std::vector<Change> change;
    std::string detail;  // for people: one sentence
};

}  // namespace signet::audit
