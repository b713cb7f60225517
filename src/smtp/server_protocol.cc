#include "smtp/server_protocol.h"

#include "base/base64.h"
#include "base/invariant.h"
#include "smtp/data_decoder.h"
#include "smtp/faults.h"
#include "smtp/line_reader.h"
#include "smtp/parse.h"
#include "smtp/sequence.h"

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

// One message on its way in.
struct Inflow {
    DataDecoder decoder;
    std::uint64_t octets = 0;

    bool over(const ProtocolLimits& limits) const { return octets > limits.message_octets; }
    bool has_long_line(const ProtocolLimits& limits) const {
        return !limits.pass_long_lines && decoder.longest_line() > limits.text_line_octets;
    }
};

}  // namespace

std::string_view name(Role role) {
    switch (role) {
    case Role::submission: return "submission";
    case Role::submissions: return "submissions";
    }
    std::unreachable();
}

std::string_view name(Refused::Why why) {
    switch (why) {
    case Why::syntax: return "syntax";
    case Why::order: return "order";
    case Why::too_long: return "too_long";
    case Why::bare_newline: return "bare_newline";
    case Why::nul: return "nul";
    case Why::too_big: return "too_big";
    case Why::tls_required: return "tls_required";
    case Why::auth_required: return "auth_required";
    case Why::plaintext_after_starttls: return "plaintext_after_starttls";
    case Why::foreign_protocol: return "foreign_protocol";
    case Why::too_many_errors: return "too_many_errors";
    case Why::too_many_commands: return "too_many_commands";
    case Why::too_many_recipients: return "too_many_recipients";
    case Why::early_talker: return "early_talker";
    }
    std::unreachable();
}

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
    Event on_line_fault(LineReader::Fault fault, bool in_auth);
    Event on_auth_in_the_clear(std::string_view line);

    void conclude(Awaited due, const Reply& reply);
    void conclude_auth(const Reply& reply);
    void conclude_starttls(const Reply& reply);
    void conclude_data(const Reply& reply);
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
        unreported = Refused{Why::too_many_errors, verb};
        return;
    }
    output += reply.wire();
    if (reply.closes()) close();
}

Event ServerProtocol::State::refuse(const Refusal& refusal, bool exposed) {
    say(refusal.reply);
    return Refused{refusal.why, verb, exposed};
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
    if (auto early = out_of_order(*command, standing, limits)) return refuse(*early);

    awaited = awaited_after(*command);
    // RFC 5321 §4.1.4: EHLO and HELO end a transaction as RSET does.
    const bool resets = awaited == Awaited::ehlo || awaited == Awaited::helo ||
                        std::holds_alternative<Rset>(*command);
    if (resets) standing.close_transaction();
    return event_of(std::move(*command));
}

Event ServerProtocol::State::on_auth_in_the_clear(std::string_view line) {
    const auto mechanism = line.find(' ');
    const auto response =
        mechanism == std::string_view::npos ? mechanism : line.find(' ', mechanism + 1);
    const bool exposed = response != std::string_view::npos && response + 1 < line.size();
    auto early = out_of_order(Auth{}, standing, limits);
    INVARIANT(early, "no AUTH in the clear");
    return refuse(*early, exposed);
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

Event ServerProtocol::State::next_content() {
    for (;;) {
        const auto octets = input.unread();
        if (octets.empty()) return need_input();
        const auto piece = inflow.decoder.decode(octets);
        switch (piece.state) {
        case DataDecoder::State::bare_newline: return refuse(bare_newline());
        case DataDecoder::State::nul: return refuse(nul_octet());
        case DataDecoder::State::end: input.skip(piece.used); return end_of_content();
        case DataDecoder::State::more: break;
        }
        input.skip(piece.used);
        inflow.octets += piece.content.size();
        // What cannot be taken is read to its end and forgotten (RFC 1870 §6.3).
        const bool lost = inflow.over(limits) || inflow.has_long_line(limits);
        if (!piece.content.empty() && !lost) return Content{piece.content};
    }
}

Event ServerProtocol::State::end_of_content() {
    turn = Turn::command;
    if (inflow.over(limits) || inflow.has_long_line(limits)) {
        standing.close_transaction();
        return refuse(inflow.over(limits) ? too_big(limits.message_octets)
                                          : line_too_long_in_content(limits.text_line_octets));
    }
    awaited = Awaited::content_end;
    return ContentEnd{inflow.octets};
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
    case Awaited::mail: standing.mail_open = completed(reply); return;
    case Awaited::rcpt:
        if (completed(reply)) {
            ++standing.recipients;
            --commands;  // a recipient taken is bounded by its own limit
        }
        return;
    case Awaited::data: return conclude_data(reply);
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
        unreported = Refused{Why::plaintext_after_starttls, verb};
    }
}

void ServerProtocol::State::conclude_data(const Reply& reply) {
    if (reply.code != 354) return;
    turn = Turn::content;
    inflow = {};
    verb.clear();
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
        s.unreported = Refused{Why::early_talker, "OTHER"};
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
