#include "smtp/server_protocol.h"

#include "base/base64.h"
#include "base/invariant.h"
#include "smtp/faults.h"
#include "smtp/inflow.h"
#include "smtp/line_reader.h"
#include "smtp/parse.h"
#include "smtp/sequence.h"

#include <algorithm>
#include <utility>

namespace signet::smtp {
namespace {

using Why = Refused::Why;

// What the next octets are.
enum class Turn {
    before_greeting,
    command,
    auth_response,
    content,
    handshake,  // 220 was answered to STARTTLS: octets belong to TLS
    closed,
};

// Which answer is due.
enum class Awaited {
    nothing,
    ehlo,
    helo,
    starttls,
    auth,
    mail,
    rcpt,
    data,
    chunk_end,
    content_end,
    other
};

Awaited awaited_after(const Command& command) {
    struct Visitor {
        Awaited operator()(const Ehlo&) const { return Awaited::ehlo; }
        Awaited operator()(const Helo&) const { return Awaited::helo; }
        Awaited operator()(const StartTls&) const { return Awaited::starttls; }
        Awaited operator()(const Auth&) const { return Awaited::auth; }
        Awaited operator()(const Mail&) const { return Awaited::mail; }
        Awaited operator()(const Rcpt&) const { return Awaited::rcpt; }
        Awaited operator()(const Data&) const { return Awaited::data; }
        Awaited operator()(const Bdat&) const { return Awaited::nothing; }  // at its end
        Awaited operator()(const Rset&) const { return Awaited::other; }
        Awaited operator()(const Noop&) const { return Awaited::other; }
        Awaited operator()(const Vrfy&) const { return Awaited::other; }
        Awaited operator()(const Help&) const { return Awaited::other; }
        Awaited operator()(const Quit&) const { return Awaited::other; }
    };
    return std::visit(Visitor{}, command);
}

Event event_of(Command&& command) {
    return std::visit(
        []<class Alternative>(Alternative&& alternative) {
            return Event{std::forward<Alternative>(alternative)};
        },
        std::move(command));
}

bool completed(const Reply& reply) { return reply.code >= 200 && reply.code < 300; }

// A reply without SMTPUTF8 is ASCII (RFC 6531 §3.7.4.1); what its text quotes may not be.
std::string ascii_only(std::string octets) {
    std::ranges::replace_if(octets, [](char c) { return c < 0; }, '?');
    return octets;
}

}  // namespace

struct ServerProtocol::State {
    State(Role role, ProtocolLimits limits_)
        : limits(limits_), input({limits_.command_line_octets, limits_.auth_line_octets}) {
        standing.role = role;
        standing.tls = role == Role::submissions;
    }

    ProtocolLimits limits;
    Standing standing;
    LineReader input;
    std::string output;
    Turn turn = Turn::before_greeting;
    Awaited awaited = Awaited::nothing;
    Inflow inflow;
    std::optional<Refused> unreported;  // the next event
    std::string verb;                   // of the command in hand
    unsigned errors = 0, commands = 0;

    void say(const Reply& reply);
    void close();
    Event refuse(const Refusal& refusal, bool exposed = false);
    Event need_input();

    Event next_command();
    Event next_auth_response();
    Event next_content();
    Event end_of_content();
    Event on_bdat(const Bdat& chunk);
    Event refuse_chunk(const Bdat& chunk, Refusal refusal);
    Event on_line_fault(LineReader::Fault fault, bool in_auth);
    Event on_auth_in_the_clear(std::string_view line);

    void conclude(Awaited due, const Reply& reply);
    void conclude_auth(const Reply& reply);
    void conclude_starttls(const Reply& reply);
    void conclude_data(const Reply& reply);
    void conclude_chunk(const Reply& reply);
};

void ServerProtocol::State::close() {
    turn = Turn::closed;
    input.drop();
    standing.close_transaction();
}

// Every reply leaves here, so that the errors are counted once and a closing reply is the last.
void ServerProtocol::State::say(const Reply& reply) {
    if (reply.permanent() && !reply.closes() && ++errors > limits.errors) {
        output += smtp::reply(421, {4, 7, 0}, "Too many errors").wire();
        close();
        unreported = Refused{.why = Why::too_many_errors, .verb = verb};
        return;
    }
    output += standing.smtputf8 ? reply.wire() : ascii_only(reply.wire());
    if (reply.closes()) close();
}

Event ServerProtocol::State::refuse(const Refusal& refusal, bool exposed) {
    say(refusal.reply);
    return Refused{refusal.why, verb, exposed, {}};
}

Event ServerProtocol::State::need_input() {
    if (turn != Turn::content) input.release();
    return NeedInput{};
}

Event ServerProtocol::State::next_command() {
    auto line = input.next_line(LineReader::Kind::command);
    if (!line) return need_input();
    if (!*line) return on_line_fault(line->error(), false);
    verb = verb_of(**line);
    if (++commands > limits.commands) {
        return refuse({Why::too_many_commands, reply(421, {4, 7, 0}, "Too many commands")});
    }
    // Whatever stands in it: the octets were sent in the clear (RFC 4954 §4).
    if (verb == "AUTH" && !standing.tls && !standing.turned_away) {
        return on_auth_in_the_clear(**line);
    }
    auto command = parse_command(**line);
    if (!command) return refuse(refusal(command.error(), verb));
    const auto* chunk = std::get_if<Bdat>(&*command);
    if (auto early = out_of_order(*command, standing, limits)) {
        return chunk ? refuse_chunk(*chunk, std::move(*early)) : refuse(*early);
    }
    if (chunk) return on_bdat(*chunk);

    awaited = awaited_after(*command);
    // RFC 5321 §4.1.4: EHLO and HELO end a transaction as RSET does.
    const bool resets = awaited == Awaited::ehlo || awaited == Awaited::helo ||
                        std::holds_alternative<Rset>(*command);
    if (resets) standing.close_transaction();
    if (const auto* mail = std::get_if<Mail>(&*command)) standing.smtputf8 = mail->smtputf8;
    return event_of(std::move(*command));
}

Event ServerProtocol::State::on_auth_in_the_clear(std::string_view line) {
    const auto mechanism = line.find(' ');
    const auto response =
        mechanism == std::string_view::npos ? mechanism : line.find(' ', mechanism + 1);
    const bool exposed = response != std::string_view::npos && response + 1 < line.size();
    auto early = out_of_order(Auth{}, standing, limits);
    INVARIANT(early, "no AUTH in the clear");
    auto command = parse_command(line);  // the line is gone when the refusal closes
    auto event = refuse(*early, exposed);
    auto* auth = command ? std::get_if<Auth>(&*command) : nullptr;
    if (exposed && auth != nullptr) std::get<Refused>(event).exposed = std::move(*auth);
    return event;
}

Event ServerProtocol::State::on_line_fault(LineReader::Fault fault, bool in_auth) {
    const bool auth = fault == LineReader::Fault::auth_too_long;
    verb = in_auth || auth ? "AUTH" : "OTHER";
    turn = Turn::command;  // an exchange, if there was one, is over
    ++commands;
    return refuse(refusal(fault), auth && !standing.tls);
}

// RFC 4954 §4: a base64 line, or "*" to give up.
Event ServerProtocol::State::next_auth_response() {
    const auto line = input.next_line(LineReader::Kind::auth_response);
    if (!line) return need_input();
    if (!*line) return on_line_fault(line->error(), true);
    turn = Turn::command;
    if (**line == "*") {
        awaited = Awaited::auth;
        return AuthResponse{};
    }
    auto octets = unbase64(**line);
    if (!octets) return refuse(undecodable_response());
    awaited = Awaited::auth;
    return AuthResponse{Secret{std::move(*octets)}};
}

Event ServerProtocol::State::on_bdat(const Bdat& chunk) {
    if (!standing.chunked) inflow = Inflow{DataDecoder::Framing::chunks, limits};
    standing.chunked = true;
    inflow.open_chunk(chunk);
    turn = Turn::content;
    verb.clear();
    return chunk;
}

// Its octets are passed over before the client hears of it.
Event ServerProtocol::State::refuse_chunk(const Bdat& chunk, Refusal refusal) {
    inflow = Inflow{DataDecoder::Framing::chunks, limits};
    inflow.refuse_chunk(chunk, std::move(refusal));
    turn = Turn::content;
    return next_content();
}

Event ServerProtocol::State::next_content() {
    for (;;) {
        const auto octets = input.unread();
        if (octets.empty() && !inflow.at_end()) return need_input();
        const auto taken = inflow.take(octets);
        if (taken.state == Inflow::Taken::State::fault) return refuse(*inflow.refusal());
        input.skip(taken.used);
        if (!taken.content.empty()) return Content{taken.content};
        if (taken.state == Inflow::Taken::State::end) return end_of_content();
    }
}

Event ServerProtocol::State::end_of_content() {
    const bool more_chunks = inflow.chunk() && !inflow.chunk()->last;
    if (const auto refusal = inflow.refusal()) {
        turn = Turn::command;
        // A chunk that was out of order has ended nothing: it was never part of a transaction.
        if (standing.chunked || !inflow.chunk()) standing.close_transaction();
        return refuse(*refusal);
    }
    if (!more_chunks) {
        if (const auto newline = inflow.closing(); !newline.empty()) return Content{newline};
    }
    turn = Turn::command;
    awaited = more_chunks ? Awaited::chunk_end : Awaited::content_end;
    if (more_chunks) return ChunkEnd{inflow.octets()};
    return ContentEnd{inflow.octets()};
}

void ServerProtocol::State::conclude(Awaited due, const Reply& reply) {
    switch (due) {
    case Awaited::ehlo:
    case Awaited::helo:
        if (completed(reply)) {
            standing.greeted = true;
            standing.extended = due == Awaited::ehlo;
        }
        return;
    case Awaited::starttls: return conclude_starttls(reply);
    case Awaited::auth: return conclude_auth(reply);
    case Awaited::mail:
        standing.mail_open = completed(reply);
        if (!standing.mail_open) standing.close_transaction();
        return;
    case Awaited::rcpt:
        if (completed(reply)) {
            ++standing.recipients;
            --commands;  // a recipient taken is bounded by its own limit
        }
        return;
    case Awaited::data: return conclude_data(reply);
    case Awaited::chunk_end: return conclude_chunk(reply);
    case Awaited::content_end:
        standing.close_transaction();
        if (completed(reply)) commands = 0;
        return;
    case Awaited::other: return;
    case Awaited::nothing: break;
    }
    std::unreachable();
}

void ServerProtocol::State::conclude_auth(const Reply& reply) {
    if (reply.code == 334) turn = Turn::auth_response;
    if (reply.code == 235) standing.proven = true;
}

void ServerProtocol::State::conclude_starttls(const Reply& reply) {
    if (reply.code == 220) {
        turn = Turn::handshake;
    } else if (!input.unread().empty()) {
        close();  // they may be somebody else's octets (CVE-2011-0411): never read as ours
        unreported = Refused{.why = Why::plaintext_after_starttls, .verb = verb};
    }
}

void ServerProtocol::State::conclude_data(const Reply& reply) {
    if (reply.code != 354) return;
    turn = Turn::content;
    inflow = Inflow{DataDecoder::Framing::dots, limits};
    verb.clear();
}

// RFC 3030 §2: behind a refusal "the transaction should be considered failed".
void ServerProtocol::State::conclude_chunk(const Reply& reply) {
    constexpr std::uint64_t kFairChunkOctets = 1'024;
    if (!completed(reply)) return standing.close_transaction();
    if (inflow.chunk()->octets >= kFairChunkOctets) --commands;  // bounded by the message's size
}

ServerProtocol::ServerProtocol(Role role, ProtocolLimits limits)
    : state_(std::make_unique<State>(role, limits)) {}
ServerProtocol::~ServerProtocol() = default;
ServerProtocol::ServerProtocol(ServerProtocol&&) noexcept = default;
ServerProtocol& ServerProtocol::operator=(ServerProtocol&&) noexcept = default;

void ServerProtocol::greet(Reply greeting) {
    auto& s = *state_;
    INVARIANT(s.turn == Turn::before_greeting, "greeted once");
    s.turn = Turn::command;
    // RFC 5321 §3.1: the client waits for the greeting.  What does not wait is no mail program.
    if (!s.input.empty()) {
        s.unreported = Refused{.why = Why::early_talker, .verb = "OTHER"};
        greeting = reply(521, {5, 5, 1}, "Wait for the greeting");
    }
    s.standing.turned_away = !completed(greeting);
    s.say(greeting);
}

void ServerProtocol::received(std::string_view octets) {
    // Behind STARTTLS nothing in the clear is kept (RFC 3207 §4.2), nor behind the end.
    if (state_->turn == Turn::handshake || state_->turn == Turn::closed) return;
    state_->input.received(octets);
}

Event ServerProtocol::next_event() {
    auto& s = *state_;
    INVARIANT(s.awaited == Awaited::nothing, "each event that asks for an answer gets one");
    if (s.unreported) return *std::exchange(s.unreported, std::nullopt);
    switch (s.turn) {
    case Turn::before_greeting:
    case Turn::handshake: return NeedInput{};
    case Turn::command: return s.next_command();
    case Turn::auth_response: return s.next_auth_response();
    case Turn::content: return s.next_content();
    case Turn::closed: return Closed{};
    }
    std::unreachable();
}

void ServerProtocol::answer(const Reply& reply) {
    auto& s = *state_;
    const auto due = std::exchange(s.awaited, Awaited::nothing);
    INVARIANT(due != Awaited::nothing, "an answer was asked for");
    s.say(reply);
    if (s.turn != Turn::closed) s.conclude(due, reply);
}

std::string ServerProtocol::take_output() { return std::exchange(state_->output, {}); }

void ServerProtocol::vouch() { state_->standing.vouched = true; }

void ServerProtocol::restart_after_tls() {
    auto& s = *state_;
    INVARIANT(s.turn == Turn::handshake, "220 was answered to STARTTLS");
    s.input.drop();
    s.standing = Standing{.role = s.standing.role, .tls = true};
    s.turn = Turn::command;
}

bool ServerProtocol::has_unread_input() const { return !state_->input.unread().empty(); }
bool ServerProtocol::in_transaction() const { return state_->standing.mail_open; }
bool ServerProtocol::authenticated() const { return state_->standing.proven; }

}  // namespace signet::smtp
