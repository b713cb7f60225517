// Every metric of Signet: its name, its labels, what it means.  docs/reference/metrics.md is made
// from this page, and a test holds it there.
//
// To add one: its line here and in catalogue.cc, its series where they are made (at start, every
// combination there can be), and its row in the reference: run observe_test with
// SIGNET_REWRITE_DOCS=1.
#pragma once

#include "observe/metrics.h"

namespace signet::observe {

// In the order of the reference.
std::span<const Metric* const> catalogue();
// docs/reference/metrics.md
std::string metrics_page();

namespace metric {

namespace buckets {
inline constexpr std::array kSession{.1, .5, 1., 5., 15., 60., 300., 1800., 7200., 28800., 86400.};
inline constexpr std::array kBrief{.0001, .00025, .0005, .001, .0025, .005, .01, .025,
                                   .05,   .1,     .25,   .5,   1.,    2.5,  5.,  10.};
inline constexpr std::array kWait{.005, .01, .025, .05, .1, .25, .5, 1., 2.5, 5., 10., 30., 60.};
inline constexpr std::array kDelivery{.5,  1.,   2.,   5.,    10.,    30.,
                                      60., 300., 900., 3600., 14400., 86400.};
inline constexpr std::array kOctets{1024.,    4096.,    16384.,    65536.,   262144.,
                                    1048576., 4194304., 16777216., 67108864.};
inline constexpr std::array kRecipients{1., 2., 5., 10., 20., 50., 100., 200., 500., 1000., 10000.};
}  // namespace buckets

using enum Metric::Kind;

inline constexpr Metric kBuildInfo{"signet_build_info",
                                   gauge,
                                   {"version", "revision", "compiler", "tls_library"},
                                   "Always 1; the labels say which Signet this is"};
inline constexpr Metric kStart{
    "signet_start_timestamp_seconds", gauge, {}, "When this process began to serve"};

inline constexpr Metric kConnections{"signet_connections_total",
                                     counter,
                                     {"listener", "result"},
                                     "Connections, and whether they were let in"};
inline constexpr Metric kSessions{
    "signet_sessions", gauge, {"listener", "state"}, "Sessions that are open now"};
inline constexpr Metric kSessionDuration{"signet_session_duration_seconds",
                                         histogram,
                                         {"listener"},
                                         "How long sessions lasted",
                                         buckets::kSession};
inline constexpr Metric kCommands{
    "signet_smtp_commands_total",
    counter,
    {"listener", "verb"},
    "Commands, refused ones included; OTHER is what is no verb of SMTP"};
inline constexpr Metric kReplies{
    "signet_smtp_replies_total", counter, {"listener", "code"}, "Replies by their code"};

inline constexpr Metric kHandshakes{
    "signet_tls_handshakes_total",
    counter,
    {"listener", "version", "result"},
    "TLS handshakes with clients; a failed one has the version `none`"};
inline constexpr Metric kHandshakeSeconds{
    "signet_tls_handshake_seconds",
    histogram,
    {"listener"},
    "How long TLS handshakes took, the client's part included",
    buckets::kWait};
inline constexpr Metric kCertificateNotAfter{"signet_tls_certificate_not_after_timestamp_seconds",
                                             gauge,
                                             {"name", "source"},
                                             "When a certificate ends"};
inline constexpr Metric kCertificateNotBefore{"signet_tls_certificate_not_before_timestamp_seconds",
                                              gauge,
                                              {"name", "source"},
                                              "When a certificate began"};

inline constexpr Metric kAuthAttempts{"signet_auth_attempts_total",
                                      counter,
                                      {"service", "mechanism", "credential", "outcome", "reason"},
                                      "Sign-ins that were tried, and what came of them"};
inline constexpr Metric kAuthDuration{
    "signet_auth_duration_seconds",
    histogram,
    {"mechanism", "outcome"},
    "From the client's last word to the answer, delays for guessers included",
    buckets::kWait};
inline constexpr Metric kAuthInFlight{
    "signet_auth_in_flight", gauge, {}, "Sign-ins that wait for their answer now"};
inline constexpr Metric kAuthCleartext{
    "signet_auth_cleartext_refused_total",
    counter,
    {"listener"},
    "Passwords that a client sent before TLS: refused, and exposed all the same"};
inline constexpr Metric kHashSeconds{"signet_password_hash_seconds",
                                     histogram,
                                     {"scheme"},
                                     "How long it took to compute a password hash",
                                     buckets::kBrief};
inline constexpr Metric kHashQueue{
    "signet_password_hash_queue", gauge, {}, "Password checks that wait for a thread"};
inline constexpr Metric kStoreUp{
    "signet_store_up", gauge, {"store"}, "1: the credential store is asked; 0: it does not answer"};
inline constexpr Metric kStoreCalls{"signet_store_calls_total",
                                    counter,
                                    {"store", "result"},
                                    "Questions to a credential store on another server"};
inline constexpr Metric kStoreSeconds{"signet_store_call_seconds",
                                      histogram,
                                      {"store"},
                                      "How long a credential store took to answer, or to fail",
                                      buckets::kWait};
inline constexpr Metric kBans{
    "signet_bans", gauge, {"kind"}, "Bans in force; `auto`: for guessing passwords"};
inline constexpr Metric kAccounts{
    "signet_accounts", gauge, {"state"}, "Accounts, read at most once a minute"};

inline constexpr Metric kThrottled{"signet_throttled_total",
                                   counter,
                                   {"scope", "action"},
                                   "What was put off or turned away for being too much, too fast"};
inline constexpr Metric kTokenValidations{
    "signet_oauth_token_validations_total",
    counter,
    {"issuer", "result"},
    "Access tokens that were judged; result is ok, a reason of the audit log, or unavailable"};
inline constexpr Metric kIntrospection{"signet_oauth_introspection_seconds",
                                       histogram,
                                       {"issuer", "result"},
                                       "How long issuers took to answer about tokens",
                                       buckets::kBrief};
inline constexpr Metric kJwksRefreshes{"signet_oauth_jwks_refreshes_total",
                                       counter,
                                       {"issuer", "result"},
                                       "How often issuers were asked for their keys"};
inline constexpr Metric kJwksRefresh{"signet_oauth_jwks_refresh_timestamp_seconds",
                                     gauge,
                                     {"issuer"},
                                     "When the keys of an issuer were last fetched"};

inline constexpr Metric kPolicyDecisions{"signet_policy_decisions_total",
                                         counter,
                                         {"rule", "action"},
                                         "Mail refused or put off, by the rule that decided"};
inline constexpr Metric kMessages{
    "signet_messages_submitted_total",
    counter,
    {"listener", "result"},
    "Messages whose content came in whole, and what the client was told"};
inline constexpr Metric kMessageBytes{
    "signet_message_bytes", histogram, {}, "Size of accepted messages", buckets::kOctets};
inline constexpr Metric kMessageRecipients{"signet_message_recipients",
                                           histogram,
                                           {},
                                           "Recipients of accepted messages",
                                           buckets::kRecipients};

inline constexpr Metric kQueueMessages{
    "signet_queue_messages", gauge, {"state"}, "Messages in the queue"};
inline constexpr Metric kQueueBytes{
    "signet_queue_bytes", gauge, {"state"}, "Content of the messages in the queue"};
inline constexpr Metric kQueueOldest{
    "signet_queue_oldest_timestamp_seconds",
    gauge,
    {"state"},
    "When the oldest message in the queue came; absent where there is none"};
inline constexpr Metric kQueueFsync{"signet_queue_fsync_seconds",
                                    histogram,
                                    {},
                                    "How long the write and sync of a group of messages took",
                                    buckets::kBrief};

inline constexpr Metric kDeliveryAttempts{
    "signet_delivery_attempts_total",
    counter,
    {"route", "result", "cause"},
    "Tries to deliver, one for each kind of answer that its recipients had"};
inline constexpr Metric kDeliveryDuration{
    "signet_delivery_duration_seconds",
    histogram,
    {"route"},
    "From the acceptance of a message to its delivery or its end",
    buckets::kDelivery};
inline constexpr Metric kDeliveryAttemptSeconds{"signet_delivery_attempt_seconds",
                                                histogram,
                                                {"route", "result"},
                                                "How long a try took",
                                                buckets::kWait};
inline constexpr Metric kDeliveryTls{
    "signet_delivery_tls_total",
    counter,
    {"route", "policy", "result"},
    "Tries by the TLS that their route asks for, and what there was"};
inline constexpr Metric kOutbound{
    "signet_outbound_connections", gauge, {"route"}, "Tries that are under way now"};
inline constexpr Metric kDeliverySessions{
    "signet_delivery_sessions_total",
    counter,
    {"route", "session"},
    "Tries by their connection: a new one, or one kept open from the message before"};
inline constexpr Metric kDestinationsDown{"signet_destinations_down",
                                          gauge,
                                          {},
                                          "Destinations that could not be reached when last tried"};

inline constexpr Metric kRouteTokens{"signet_route_tokens_total",
                                     counter,
                                     {"route", "result"},
                                     "Access tokens that were asked for, and what came of it"};
inline constexpr Metric kRouteTokensFail{
    "signet_route_tokens_failing",
    gauge,
    {"route"},
    "1: the last access token that was asked for did not come"};
inline constexpr Metric kRouteSecretEnds{"signet_route_secret_not_after_timestamp_seconds",
                                         gauge,
                                         {"route"},
                                         "When a client secret ends, as the settings say"};

inline constexpr Metric kAuditEvents{
    "signet_audit_events_total", counter, {"event"}, "Events handed to the audit log"};
inline constexpr Metric kAuditFailures{
    "signet_audit_write_failures_total", counter, {"sink"}, "Writes of the audit log that failed"};
inline constexpr Metric kAuditLag{
    "signet_audit_lag_events", gauge, {"sink"}, "Events that wait to be written"};

inline constexpr Metric kReloadSuccess{
    "signet_config_last_reload_success", gauge, {}, "1: the settings last read are in force"};
inline constexpr Metric kReloadTime{
    "signet_config_last_reload_timestamp_seconds", gauge, {}, "When settings last came into force"};
inline constexpr Metric kStorageFree{
    "signet_storage_free_bytes", gauge, {"path"}, "Free space where Signet writes"};
inline constexpr Metric kLoopLag{"signet_watchdog_loop_lag_seconds",
                                 histogram,
                                 {},
                                 "How much later than asked an I/O thread's timer fired",
                                 buckets::kBrief};
inline constexpr Metric kHttpRequests{"signet_http_requests_total",
                                      counter,
                                      {"handler", "method", "code"},
                                      "Requests for metrics and health"};

inline constexpr Metric kProcessCpu{
    "process_cpu_seconds_total", counter, {}, "CPU time of this process, user and system"};
inline constexpr Metric kProcessResident{
    "process_resident_memory_bytes", gauge, {}, "Memory of this process that is in RAM"};
inline constexpr Metric kProcessVirtual{
    "process_virtual_memory_bytes", gauge, {}, "Address space of this process"};
inline constexpr Metric kProcessOpenFds{"process_open_fds", gauge, {}, "Descriptors that are open"};
inline constexpr Metric kProcessMaxFds{
    "process_max_fds", gauge, {}, "Descriptors that may be open"};
inline constexpr Metric kProcessThreads{"process_threads", gauge, {}, "Threads of this process"};
inline constexpr Metric kProcessStart{
    "process_start_time_seconds", gauge, {}, "When this process began"};

}  // namespace metric

}  // namespace signet::observe
