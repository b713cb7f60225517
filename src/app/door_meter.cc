#include "app/door_meter.h"

#include <algorithm>
#include <utility>

namespace signet::app {
namespace {

using namespace std::string_view_literals;
namespace metric = observe::metric;
using submission::Phase;

constexpr std::array kPhaseNames{"greeting"sv, "ready"sv, "auth"sv, "data"sv};

// Sorted.  All that smtp knows by name, so that a scan for HTTP or XCLIENT shows; the last is what
// everything else is.
constexpr std::array kVerbNames{
    "ATRN"sv,     "AUTH"sv, "BDAT"sv,  "BURL"sv,    "CONNECT"sv, "DATA"sv, "EHLO"sv,
    "ETRN"sv,     "EXPN"sv, "GET"sv,   "HELO"sv,    "HELP"sv,    "LHLO"sv, "MAIL"sv,
    "NOOP"sv,     "POST"sv, "PROXY"sv, "QUIT"sv,    "RCPT"sv,    "RSET"sv, "SEND"sv,
    "STARTTLS"sv, "TURN"sv, "VRFY"sv,  "XCLIENT"sv, "XFORWARD"sv};
static_assert(std::ranges::is_sorted(kVerbNames));

constexpr std::array kReplyCodes{211, 214, 220, 221, 235, 250, 251, 252, 334, 354, 421, 432,
                                 450, 451, 452, 454, 455, 500, 501, 502, 503, 504, 521, 525,
                                 530, 534, 535, 538, 550, 551, 552, 553, 554, 555, 556};

constexpr std::array kVersionNames{"TLSv1.2"sv, "TLSv1.3"sv};
constexpr std::array kMessageResults{"accepted"sv, "tempfail"sv, "rejected"sv};

using net::HandshakeFault;
constexpr std::array kFaults{HandshakeFault::no_shared_version,
                             HandshakeFault::no_shared_cipher,
                             HandshakeFault::client_alert,
                             HandshakeFault::timeout,
                             HandshakeFault::not_tls,
                             HandshakeFault::alpn,
                             HandshakeFault::other};

}  // namespace

DoorMeter::DoorMeter(observe::Registry& registry, std::string_view listener)
    : admitted_(registry.counter(metric::kConnections, {listener, "accepted"})),
      auth_in_flight_(registry.gauge(metric::kAuthInFlight, {})),
      handshake_seconds_(registry.histogram(metric::kHandshakeSeconds, {listener})) {
    static_assert(kVerbNames.size() + 1 == kVerbs);
    static_assert(kVersionNames.size() == kVersions && kFaults.size() == kFailures);
    for (std::size_t i = 0; i < phases_.size(); ++i) {
        phases_[i] = &registry.gauge(metric::kSessions, {listener, kPhaseNames[i]});
    }
    for (std::size_t i = 0; i < kVerbNames.size(); ++i) {
        verbs_[i] = &registry.counter(metric::kCommands, {listener, kVerbNames[i]});
    }
    verbs_.back() = &registry.counter(metric::kCommands, {listener, "OTHER"});
    codes_.fill(&registry.counter(metric::kReplies, {listener, "other"}));
    for (const int code : kReplyCodes) {
        codes_[static_cast<std::size_t>(code)] =
            &registry.counter(metric::kReplies, {listener, std::to_string(code)});
    }
    for (std::size_t i = 0; i < messages_.size(); ++i) {
        messages_[i] = &registry.counter(metric::kMessages, {listener, kMessageResults[i]});
    }
    for (std::size_t i = 0; i < kVersions; ++i) {
        handshakes_[i] = &registry.counter(metric::kHandshakes, {listener, kVersionNames[i], "ok"});
    }
    for (const auto fault : kFaults) {
        failures_[static_cast<std::size_t>(fault)] =
            &registry.counter(metric::kHandshakes, {listener, "none", net::name(fault)});
    }
}

void DoorMeter::moved(std::optional<Phase> from, std::optional<Phase> to) {
    if (from) phases_[static_cast<std::size_t>(*from)]->add(-1);
    if (to) phases_[static_cast<std::size_t>(*to)]->add(1);
}

void DoorMeter::command(std::string_view verb) {
    const auto at = std::ranges::lower_bound(kVerbNames, verb);
    const bool known = at != kVerbNames.end() && *at == verb;
    verbs_[known ? static_cast<std::size_t>(at - kVerbNames.begin()) : kVerbs - 1]->add();
}

void DoorMeter::reply(int code) {
    codes_[static_cast<std::size_t>(std::clamp(code, 0, static_cast<int>(kCodes) - 1))]->add();
}

void DoorMeter::content_answered(int code) {
    messages_[code < 300 ? 0 : code < 500 ? 1 : 2]->add();
}

void DoorMeter::handshake(const submission::HandshakeOutcome& outcome) {
    handshake_seconds_.observe(outcome.took.count());
    if (outcome.fault) {
        failures_[static_cast<std::size_t>(outcome.why)]->add();
    } else {
        handshakes_[outcome.version == kVersionNames[0] ? 0 : 1]->add();
    }
}

}  // namespace signet::app
