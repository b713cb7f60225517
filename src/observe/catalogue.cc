#include "observe/catalogue.h"

#include <utility>

namespace signet::observe {
namespace {

using namespace metric;

constexpr const Metric* kAll[] = {&kBuildInfo,
                                  &kStart,
                                  &kConnections,
                                  &kSessions,
                                  &kSessionDuration,
                                  &kCommands,
                                  &kReplies,
                                  &kHandshakes,
                                  &kHandshakeSeconds,
                                  &kCertificateNotAfter,
                                  &kCertificateNotBefore,
                                  &kAuthAttempts,
                                  &kAuthDuration,
                                  &kAuthInFlight,
                                  &kAuthCleartext,
                                  &kHashSeconds,
                                  &kHashQueue,
                                  &kStoreUp,
                                  &kStoreCalls,
                                  &kStoreSeconds,
                                  &kBans,
                                  &kAccounts,
                                  &kThrottled,
                                  &kTokenValidations,
                                  &kIntrospection,
                                  &kJwksRefreshes,
                                  &kJwksRefresh,
                                  &kPolicyDecisions,
                                  &kMessages,
                                  &kMessageBytes,
                                  &kMessageRecipients,
                                  &kQueueMessages,
                                  &kQueueBytes,
                                  &kQueueOldest,
                                  &kQueueFsync,
                                  &kDeliveryAttempts,
                                  &kDeliveryDuration,
                                  &kDeliveryAttemptSeconds,
                                  &kDeliveryTls,
                                  &kOutbound,
                                  &kDeliverySessions,
                                  &kDestinationsDown,
                                  &kRouteTokens,
                                  &kRouteTokensFail,
                                  &kRouteSecretEnds,
                                  &kAuditEvents,
                                  &kAuditFailures,
                                  &kAuditLag,
                                  &kReloadSuccess,
                                  &kReloadTime,
                                  &kStorageFree,
                                  &kLoopLag,
                                  &kHttpRequests,
                                  &kProcessCpu,
                                  &kProcessResident,
                                  &kProcessVirtual,
                                  &kProcessOpenFds,
                                  &kProcessMaxFds,
                                  &kProcessThreads,
                                  &kProcessStart};

std::string_view word(Metric::Kind kind) {
    switch (kind) {
    case counter: return "counter";
    case gauge: return "gauge";
    case histogram: return "histogram";
    }
    std::unreachable();
}

std::string row(const Metric& metric) {
    std::string labels;
    for (const auto label : metric.labels) {
        if (label.empty()) break;
        labels += (labels.empty() ? "`" : ", `") + std::string{label} + "`";
    }
    return "| `" + std::string{metric.name} + "` | " + std::string{word(metric.kind)} + " | " +
           labels + " | " + std::string{metric.help} + " |\n";
}

constexpr std::string_view kPreface =
    "# Metrics\n\n"
    "<!-- Generated from src/observe/catalogue.h: SIGNET_REWRITE_DOCS=1 observe_test -->\n\n"
    "What `/metrics` serves ([metrics] in [signet.toml](signet.toml.md)), in the text format 0.0.4 "
    "of Prometheus\nand, for those who accept `application/openmetrics-text`, in OpenMetrics "
    "1.0.\n\n"
    "Every series is there from the start, at 0. Label values come from closed sets: the names of "
    "listeners\nand routes in the settings, the words of the [audit log](audit.md), the codes and "
    "verbs of SMTP; what\nfits none of them is `other`. No label ever holds a user, an address, a "
    "domain or a queue id.\n\n"
    "| Metric | Type | Labels | Meaning |\n|---|---|---|---|\n";

constexpr std::string_view kEpilogue =
    "\n## Health\n\n"
    "| Path | Answers |\n|---|---|\n"
    "| `/livez` | 200 while the I/O threads come to their turn; else 503, and a restart may help "
    "|\n"
    "| `/readyz` | 200 when mail can be taken, else 503 and the names of the checks that failed |\n"
    "| `/readyz?verbose` | the same, with a line for each check |\n\n"
    "The checks: `draining` (the server was told to stop), `listeners` (some are open), `spool` "
    "(it can be\nwritten and has free space), `accounts` (their database answers), `audit_log` "
    "(the last write went well),\n`hash_queue` (a password check would be taken), `certificate` "
    "(it has not expired).\n\n"
    "Requests are answered for this machine and the networks in `metrics.allow`; others hear 403. "
    "The Host must\nbe an IP address, `localhost`, the server's `hostname` or a name without a "
    "dot; else 421.\n"
    "\n## Label values\n\n"
    "| Label | Values |\n|---|---|\n"
    "| `listener` | the names of the `[[listener]]` sections |\n"
    "| `route` | the names of the `[[route]]` sections; `none` where no route fits |\n"
    "| `result` of connections | `accepted`, `refused_limit`, `refused_ban`, `proxy_error` |\n"
    "| `state` of sessions | `greeting` (before EHLO), `ready`, `auth`, `data` |\n"
    "| `version` | `TLSv1.2`, `TLSv1.3`, `none` |\n"
    "| `result` of handshakes | `ok`, `no_shared_version`, `no_shared_cipher`, `client_alert`, "
    "`timeout`, `not_tls`, `alpn`, `other` |\n"
    "| `service` | `submission`, `submissions`, `mx` |\n"
    "| `outcome`, `reason` | those of [audit events](audit.md) |\n"
    "| `action` | `reject`, `defer` |\n"
    "| `scope` | `account` (its own rates, and those of a trusted network; `action` is `defer`), "
    "`network` (that a client comes from; `block`) |\n"
    "| `result` of messages | `accepted`, `rejected`, `tempfail` |\n"
    "| `state` of the queue | `incoming` (not tried yet), `active` (being delivered), `deferred` "
    "(tried, and to be tried again), `hold` (kept back by an operator) |\n"
    "| `result` of deliveries | `delivered`, `deferred`, `bounced` |\n"
    "| `cause` | `ok`, or the reason of the audit event: `remote_4xx`, `remote_5xx`, `dns`, "
    "`connect`, `tls`, … |\n"
    "| `policy` | `verified`, `opportunistic`, `none` |\n"
    "| `result` of TLS to a next hop | `tls`, `clear`, `failed` |\n"
    "| `state` of accounts | `active`, `disabled` |\n"
    "| `sink` | `file` |\n"
    "| `name`, `source` of certificates | the first DNS name, or `none`; `file` |\n"
    "| `path` | `storage`, `audit` |\n";

}  // namespace

std::span<const Metric* const> catalogue() { return kAll; }

std::string metrics_page() {
    std::string page{kPreface};
    for (const auto* metric : kAll) page += row(*metric);
    return page + std::string{kEpilogue};
}

}  // namespace signet::observe
