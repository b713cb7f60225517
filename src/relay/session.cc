#include "relay/session.h"

#include "relay/converse.h"
#include "relay/smart_host_words.h"

#include <algorithm>
#include <utility>

namespace signet::relay {
namespace {

using Kind = queue::RecipientOutcome::Kind;
using smtp::ClientEnd;

constexpr std::size_t kReplyOctets = 900;  // so that the names behind it fit the queue's limit

Kind kind_of(smtp::RecipientResult::Kind kind) {
    switch (kind) {
    case smtp::RecipientResult::Kind::delivered: return Kind::delivered;
    case smtp::RecipientResult::Kind::deferred: return Kind::deferred;
    case smtp::RecipientResult::Kind::failed: return Kind::failed;
    }
    std::unreachable();
}

Cause cause_of(ClientEnd end) {
    switch (end) {
    case ClientEnd::completed:
    case ClientEnd::refused: return Cause::remote;
    case ClientEnd::tls_unavailable:
    case ClientEnd::tls_failed:
    case ClientEnd::injected: return Cause::tls;
    case ClientEnd::auth_unavailable:
    case ClientEnd::auth_refused:
    case ClientEnd::server_unproven: return Cause::auth;
    case ClientEnd::out_of_step:
    case ClientEnd::unclear_after_dot: return Cause::protocol;
    case ClientEnd::lost_before_dot:
    case ClientEnd::lost_after_dot: return Cause::lost;
    case ClientEnd::content_unavailable:
    case ClientEnd::bare_newline: return Cause::content;
    }
    std::unreachable();
}

// What the next hop offers no way to send was not sent: it is not the next hop that refused it.
bool cannot_be_sent(const smtp::Finished& finished) {
    return finished.end == ClientEnd::completed &&
           std::ranges::none_of(finished.recipients, &smtp::RecipientResult::from_next_hop);
}

Attempt attempt_of(const Session& session, const smtp::Finished& finished) {
    const auto& stream = *session.stream;
    Attempt attempt;
    attempt.cause = cannot_be_sent(finished) ? Cause::content : cause_of(finished.end);
    attempt.next_hop = session.next_hop;
    attempt.tls = stream.tls();
    attempt.mechanism = finished.mechanism;
    attempt.maybe_delivered =
        finished.end == ClientEnd::lost_after_dot || finished.end == ClientEnd::unclear_after_dot;
    attempt.handed_to =
        finished.dsn ? queue::HandedTo::hop_with_dsn : queue::HandedTo::hop_without_dsn;
    const auto from = " (" + session.next_hop + ", " + stream.peer().text() + ")";
    for (const auto& result : finished.recipients) {
        const auto words = session.sign_in && result.from_next_hop
                               ? words_for(result.reply, session.sign_in->proof())
                               : std::string_view{};
        auto reply = result.reply.text().substr(0, kReplyOctets - words.size());
        if (finished.end == ClientEnd::tls_failed) reply += ": " + stream.last_tls_error();
        reply += from;
        if (!words.empty()) reply.append("; ").append(words);
        const bool waits = session.sign_in && result.from_next_hop && only_waits(result.reply);
        attempt.answers.push_back({waits ? Kind::deferred : kind_of(result.kind), std::move(reply),
                                   result.from_next_hop ? session.host : std::string{}});
    }
    return attempt;
}

// It was closed while it waited, or had carried enough, before it took or refused any recipient.
// And who refuses MAIL may mean the session, whatever he says: on a new one it is the message.
bool wants_no_more(const smtp::Finished& finished) {
    const auto& results = finished.recipients;
    const auto is_deferred = [](const auto& result) {
        return result.kind == smtp::RecipientResult::Kind::deferred;
    };
    const auto is_theirs = [](const auto& result) { return result.from_next_hop; };
    const bool ended = finished.end == ClientEnd::lost_before_dot ||
                       finished.end == ClientEnd::refused || finished.end == ClientEnd::out_of_step;
    return (ended && std::ranges::all_of(results, is_deferred)) ||
           (!finished.mail_taken && std::ranges::any_of(results, is_theirs));
}

}  // namespace

Task<Spoken> speak(std::unique_ptr<Session> session, const Load& load,
                   queue::ContentReader& content, const Clock& clock) {
    const Patience patience{.step = session->step, .whole = load.deadline};
    const bool signs_in = session->sign_in && session->messages == 0;
    auto finished = co_await converse(*session->stream, session->client, content, clock, patience,
                                      signs_in ? &session->sign_in->salting : nullptr);
    auto attempt = attempt_of(*session, finished);
    ++session->messages;
    if (finished.open) load.session = std::move(session);
    co_return Spoken{std::move(attempt), std::move(finished)};
}

Task<std::optional<Attempt>> carry_on(const Load& load, const Clock& clock) {
    if (!load.session) co_return std::nullopt;
    const auto content = co_await load.open();
    if (!content) {
        co_return same_for_all(load.consignment, Cause::content, unreadable(content.error()),
                               load.session->next_hop);
    }
    auto session = std::move(load.session);
    session->client.carry(
        {.envelope = load.consignment.envelope, .octets = load.consignment.octets});
    auto spoken = co_await speak(std::move(session), load, **content, clock);
    if (wants_no_more(spoken.finished)) co_return std::nullopt;
    spoken.attempt.kept_session = true;
    co_return std::move(spoken.attempt);
}

Task<void> part(std::unique_ptr<Session> session, const Clock& clock) {
    if (!session) co_return;
    session->client.quit();
    co_await say_goodbye(*session->stream, session->client, clock, {.step = session->step});
}

}  // namespace signet::relay
