// Three kinds of code meet here and nowhere else.  The stream does I/O and knows no SMTP.  The
// protocol knows SMTP and does no I/O.  The handlers, one file per command, know mail and neither.
#include "submission/serve_session.h"

#include "base/invariant.h"
#include "submission/account_watch.h"
#include "submission/admit.h"
#include "submission/client_rate.h"
#include "submission/handlers.h"
#include "submission/patience.h"
#include "submission/presence.h"
#include "submission/proxy_header.h"
#include "submission/replies.h"
#include "submission/trail.h"
#include "submission/trusted_network.h"

#include <utility>

namespace signet::submission {
namespace {

using net::IoFault;
using net::Stream;
using smtp::ServerProtocol;

End end_of(IoFault fault) {
    switch (fault) {
    case IoFault::closed: return End::peer_gone;
    case IoFault::timed_out: return End::timed_out;
    case IoFault::tls: return End::tls_failed;
    case IoFault::cancelled: return End::drained;
    }
    std::unreachable();
}

// Who is told what this session does.
struct Counts {
    Meter& meter;
    PhaseMark& phase;
    std::optional<std::string> network;  // counted_network()
};

Phase phase_of(const Session& session) {
    if (session.transaction && session.transaction->intake) return Phase::data;
    if (session.sign_in.attempt) return Phase::auth;
    return session.ehlo.domain.empty() ? Phase::greeting : Phase::ready;
}

// The handshake, and what the meter hears of it.
Task<Result<void, IoFault>> shake_hands(Stream& stream, Deadline deadline, const Clock& clock,
                                        Meter& meter) {
    const auto began = clock.steady();
    const auto done = co_await stream.start_tls(deadline);
    const auto tls = done ? stream.tls() : std::nullopt;
    meter.handshake({.fault = done ? std::nullopt : std::optional{done.error()},
                     .version = tls ? std::string_view{tls->version} : std::string_view{},
                     .why = done ? net::HandshakeFault::other : stream.handshake_failure().why,
                     .took = clock.steady() - began});
    co_return done;
}

class Conversation {
public:
    Conversation(Stream& stream, Session& session, const Services& services, Counts counts,
                 const smtp::ProtocolLimits& limits)
        : stream_(stream),
          session_(session),
          services_(services),
          counts_(std::move(counts)),
          patience_(services.settings.limits.pace, services.clock.steady()),
          protocol_(session.role, limits) {}

    Task<End> run();

private:
    using Ended = std::optional<End>;  // nullopt: the session goes on

    void trust_address();
    Task<Ended> exchange_octets(bool closed);
    Task<Ended> upgrade();
    Task<Ended> serve(smtp::Event event);
    Task<std::optional<smtp::Reply>> objection(const smtp::Event& event);
    Task<smtp::Reply> dispatch(smtp::Event event);
    Task<smtp::Reply> dispatch_auth(smtp::Event event);
    Task<smtp::Reply> dispatch_mail(smtp::Mail mail);
    Task<bool> too_fast(const smtp::Event& event);
    Task<Result<void, IoFault>> flush();
    Task<End> lost(IoFault fault);
    Deadline deadline() const;

    Stream& stream_;
    Session& session_;
    const Services& services_;
    const Counts counts_;
    Patience patience_;
    ServerProtocol protocol_;
    AccountWatch account_{services_.credentials, services_.vouchers, services_.clock};
    Presence presence_{services_.watchers.presences};
    End why_closed_ = End::quit;
    bool network_recorded_ = false;
};

// Where the client is may be all that it has to show (setting [[network]]).  It may still sign in,
// and is then whoever it signed in as.
void Conversation::trust_address() {
    session_.login = trusted_login(session_, services_.settings);
    if (session_.login) protocol_.vouch();
    presence_.enter(session_, services_.clock.wall());
}

// The sooner of: its patience, the whole session, and the time a client has to prove itself where
// it must.
Deadline Conversation::deadline() const {
    const auto& limits = services_.settings.limits;
    auto when = patience_.deadline().sooner_of(Deadline::at(session_.began + limits.session));
    if (!session_.login && session_.role != smtp::Role::mx) {
        when = when.sooner_of(Deadline::at(session_.began + limits.before_auth));
    }
    return when;
}

Task<Result<void, IoFault>> Conversation::flush() {
    const auto output = protocol_.take_output();
    if (output.empty()) co_return Result<void, IoFault>{};
    count_replies(output, counts_.meter);
    co_return co_await stream_.write(output, deadline());
}

// RFC 5321 §3.8: a server that must go says 421 first, if the client can still be told.
Task<End> Conversation::lost(IoFault fault) {
    const auto end = end_of(fault);
    if (end == End::timed_out || end == End::drained) {
        const auto& hostname = services_.settings.hostname;
        const auto last =
            end == End::drained ? replies::draining(hostname) : replies::timed_out(hostname);
        counts_.meter.reply(last.code);
        co_await stream_.write(last.wire(), Deadline::in(services_.clock, std::chrono::seconds{2}));
    }
    co_return end;
}

// Replies to pipelined commands leave together, once nothing is left to answer.
Task<Conversation::Ended> Conversation::exchange_octets(bool closed) {
    if (const auto sent = co_await flush(); !sent) co_return co_await lost(sent.error());
    if (closed) co_return why_closed_;
    counts_.phase.set(phase_of(session_));
    stream_.set_idle(!protocol_.in_transaction() && !session_.sign_in.attempt);
    const auto octets = co_await stream_.read_some(deadline());
    if (!octets) co_return co_await lost(octets.error());
    if (session_.transaction && session_.transaction->intake) {
        patience_.came(octets->size(), services_.clock.steady());
    }
    protocol_.received(*octets);
    co_return Ended{};
}

Task<Conversation::Ended> Conversation::upgrade() {
    // CVE-2011-0411: octets behind the STARTTLS line may be somebody else's.
    if (protocol_.has_unread_input() || stream_.has_unread_octets()) {
        co_await record_refusal(session_, services_,
                                {.why = smtp::Refused::Why::plaintext_after_starttls,
                                 .verb = "STARTTLS",
                                 .exposed = {}});
        protocol_.answer(replies::data_behind_starttls());
        co_await flush();
        co_return End::refused;
    }
    protocol_.answer(replies::start_tls());
    if (const auto sent = co_await flush(); !sent) co_return co_await lost(sent.error());
    counts_.phase.set(Phase::greeting);
    if (const auto tls = co_await shake_hands(stream_, deadline(), services_.clock, counts_.meter);
        !tls) {
        record_handshake_failure(session_, services_, stream_);
        co_return end_of(tls.error());
    }
    protocol_.restart_after_tls();
    presence_.leave();
    session_ = born_again(std::move(session_), *stream_.tls());
    trust_address();
    co_return Ended{};
}

Task<smtp::Reply> Conversation::dispatch(smtp::Event event) {
    const auto& hostname = services_.settings.hostname;
    if (auto* c = std::get_if<smtp::Ehlo>(&event)) {
        co_return co_await handle_ehlo(session_, std::move(*c), can_bind(session_, stream_),
                                       services_);
    }
    if (auto* c = std::get_if<smtp::Helo>(&event)) co_return handle_helo(session_, *c, services_);
    if (std::get_if<smtp::Auth>(&event) || std::get_if<smtp::AuthResponse>(&event)) {
        co_return co_await dispatch_auth(std::move(event));
    }
    if (auto* c = std::get_if<smtp::Mail>(&event)) {
        co_return co_await dispatch_mail(std::move(*c));
    }
    if (auto* c = std::get_if<smtp::Rcpt>(&event)) {
        co_return co_await handle_rcpt(session_, std::move(*c), services_);
    }
    if (std::get_if<smtp::Data>(&event)) co_return co_await handle_data(session_, services_);
    if (std::get_if<smtp::ChunkEnd>(&event)) co_return handle_chunk_end(session_, services_);
    if (std::get_if<smtp::ContentEnd>(&event)) {
        co_return co_await handle_content_end(session_, services_);
    }
    if (std::get_if<smtp::Rset>(&event)) co_return handle_rset(session_);
    if (std::get_if<smtp::Vrfy>(&event)) co_return replies::cannot_verify();
    if (std::get_if<smtp::Help>(&event)) co_return replies::help();
    if (std::get_if<smtp::Quit>(&event)) co_return replies::goodbye(hostname);
    INVARIANT(std::get_if<smtp::Noop>(&event), "every event that asks for an answer has a handler");
    co_return replies::ok();
}

Task<smtp::Reply> Conversation::dispatch_mail(smtp::Mail mail) {
    if (session_.login && session_.login->is_network() && !network_recorded_) {
        record_network(session_, services_);
        network_recorded_ = true;
    }
    co_return co_await handle_mail(session_, std::move(mail), services_);
}

// To be slowed down would cost us the session's memory for as long; to be told and closed costs
// nothing, and a client that waits and comes again is served.
Task<bool> Conversation::too_fast(const smtp::Event& event) {
    if (co_await may_ask(counts_.network, event, services_)) co_return false;
    record_turned_away(session_, services_, "command_rate");
    protocol_.answer(replies::asking_too_fast(services_.settings.hostname));
    why_closed_ = End::refused;
    co_return true;
}

// An AUTH is on its way from here to its answer, delays for guessers included.
Task<smtp::Reply> Conversation::dispatch_auth(smtp::Event event) {
    counts_.phase.set(Phase::auth);
    counts_.meter.auth_waits(+1);
    account_.begin();
    presence_.leave();
    std::optional<smtp::Reply> reply;
    if (auto* c = std::get_if<smtp::Auth>(&event)) {
        auto setting = setting_for(stream_, session_.sign_in.offer, services_);
        reply = co_await handle_auth(session_, std::move(*c), std::move(setting), services_);
    } else {
        auto& response = std::get<smtp::AuthResponse>(event);
        reply = co_await handle_auth_response(session_, std::move(response), services_);
    }
    counts_.meter.auth_waits(-1);
    presence_.enter(session_, services_.clock.wall());
    co_return std::move(*reply);
}

// What was granted at sign-in ends at the next command once the account is another: disabled,
// removed, or changed in any way.  A message whose content came in meanwhile is not taken.
Task<std::optional<smtp::Reply>> Conversation::objection(const smtp::Event& event) {
    using Finding = AccountWatch::Finding;
    if (!session_.login || std::get_if<smtp::Quit>(&event)) co_return std::nullopt;
    const bool ended = presence_.ended();
    const auto finding = ended ? Finding::changed : co_await account_.look(*session_.login);
    if (finding == Finding::unchanged) co_return std::nullopt;
    const bool content_ends = std::holds_alternative<smtp::ContentEnd>(event);
    const bool relies_on_it = content_ends || std::get_if<smtp::Mail>(&event) ||
                              std::get_if<smtp::Rcpt>(&event) || std::get_if<smtp::Data>(&event);
    if (finding == Finding::unknown && !relies_on_it) co_return std::nullopt;
    const bool changed = finding == Finding::changed;
    const auto& hostname = services_.settings.hostname;
    auto reply = ended     ? replies::disconnected(hostname)
                 : changed ? replies::account_changed(hostname)
                           : replies::account_unknown();
    if (content_ends) {
        const auto& sender = session_.transaction->envelope.sender;
        record_rejection(session_, services_, changed ? "account_changed" : "account_unknown",
                         sender.text(), reply);
    }
    if (changed || content_ends) session_.transaction.reset();
    if (changed) why_closed_ = ended ? End::disconnected : End::account_changed;
    co_return reply;
}

Task<Conversation::Ended> Conversation::serve(smtp::Event event) {
    if (const auto verb = verb_of(event); !verb.empty()) {
        counts_.meter.command(verb);
        if (co_await too_fast(event)) co_return Ended{};
    }
    if (std::get_if<smtp::Bdat>(&event)) {
        patience_.progressed(services_.clock.steady());
        co_await handle_bdat(session_, services_);
        co_return Ended{};
    }
    if (auto* content = std::get_if<smtp::Content>(&event)) {
        co_await handle_content(session_, content->octets);
        co_return Ended{};
    }
    patience_.progressed(services_.clock.steady());
    if (std::get_if<smtp::StartTls>(&event)) co_return co_await upgrade();
    if (auto* refused = std::get_if<smtp::Refused>(&event)) {
        if (refused->verb.empty()) counts_.meter.content_answered(554);
        if (!protocol_.in_transaction()) session_.transaction.reset();
        session_.sign_in.attempt.reset();  // a response that cannot be read ends its exchange
        co_await record_refusal(session_, services_, std::move(*refused));
        why_closed_ = End::refused;  // if the machine closes now, this is why
        co_return Ended{};
    }
    const bool content_ends = std::holds_alternative<smtp::ContentEnd>(event);
    auto reply = co_await objection(event);
    if (!reply) {
        reply = co_await dispatch(std::move(event));
        why_closed_ = reply->code == 421 ? End::too_many_failures : End::quit;
    }
    if (content_ends) {
        counts_.meter.content_answered(reply->code);
        if (reply->code == 250) presence_.sent();
    }
    protocol_.answer(*reply);
    co_return Ended{};
}

Task<End> Conversation::run() {
    trust_address();
    protocol_.greet(replies::greeting(services_.settings.hostname));
    for (;;) {
        auto event = protocol_.next_event();
        const bool waiting = std::holds_alternative<smtp::NeedInput>(event);
        const bool closed = std::holds_alternative<smtp::Closed>(event);
        const auto ended =
            waiting || closed ? co_await exchange_octets(closed) : co_await serve(std::move(event));
        if (ended) co_return *ended;
    }
}

// The handshake of an implicit-TLS listener, then the conversation.
Task<End> converse(Stream& stream, Session& session, const Services& services, const Door& door) {
    auto& meter = *door.meter;
    PhaseMark phase{meter};
    if (session.role == smtp::Role::submissions) {
        const auto patience = Deadline::in(services.clock, services.settings.limits.before_auth);
        if (const auto tls = co_await shake_hands(stream, patience, services.clock, meter); !tls) {
            record_handshake_failure(session, services, stream);
            co_return end_of(tls.error());
        }
        session.tls = stream.tls();
    }
    auto limits = protocol_limits(services.settings.limits);
    limits.bare_lf = door.bare_lf;
    Conversation conversation{
        stream, session, services, {meter, phase, counted_network(session, door.proxies)}, limits};
    co_return co_await conversation.run();
}

// Who is at the other end: the peer, or whom a proxy speaks for.  false: a proxy did not say, and
// to take it for the client would let its limits and blocks hit everybody behind it.
Task<bool> find_client(Stream& stream, Session& session, const Door& door,
                       const Services& services) {
    if (!is_proxy(session.peer, door.proxies)) co_return true;
    if (const auto heard = co_await hear_proxy(stream, services.clock); !heard) {
        record_proxy_fault(session, services, heard.error());
        co_return false;
    }
    session.proxy = stream.proxy();
    session.peer = stream.peer();
    session.local = stream.local();
    co_return true;
}

// Admits or turns away, then converses.
Task<End> receive(Stream& stream, Session& session, const Door& door, const Services& services) {
    auto admission = services.connections.admit(client_network(session.peer.ip));
    const auto& hostname = services.settings.hostname;
    auto refusal = refuse_admission(admission.answer, hostname);
    const auto network = counted_network(session, door.proxies);
    if (!refusal && !co_await may_connect(network, session, services)) {
        refusal = TurnAway{"connection_rate", replies::connecting_too_fast(hostname)};
    }
    if (refusal) {
        record_turned_away(session, services, refusal->reason);
        if (door.role != smtp::Role::submissions) door.meter->reply(refusal->reply.code);
        co_await turn_away(stream, door.role, refusal->reply, services.clock);
        co_return End::refused;
    }
    door.meter->admitted();
    co_return co_await converse(stream, session, services, door);
}

}  // namespace

Task<End> serve_session(std::unique_ptr<Stream> stream, Door door, const Services& services) {
    Session session{.id = services.ulids.next(),
                    .listener = door.listener,
                    .role = door.role,
                    .peer = stream->peer(),
                    .local = stream->local(),
                    .began = services.clock.steady()};
    auto end = End::refused;
    if (co_await find_client(*stream, session, door, services)) {
        end = co_await receive(*stream, session, door, services);
    }
    record_close(session, services, end);
    co_await stream->close();
    co_return end;
}

}  // namespace signet::submission
