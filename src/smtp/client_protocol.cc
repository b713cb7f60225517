#include "smtp/client_protocol.h"

#include "base/invariant.h"
#include "smtp/client_auth.h"

#include <optional>
#include <utility>

namespace signet::smtp {
namespace {

using Kind = RecipientResult::Kind;
using Phase = ClientTransaction::Phase;

enum class Stage {
    greeting,     // waits for the 220
    ehlo,         // waits for the answer to EHLO
    helo,         // … to HELO, after EHLO was not understood
    starttls,     // … to STARTTLS
    handshake,    // waits for the caller
    auth,         // waits for an answer within AUTH
    reset,        // … to RSET
    transaction,  // MAIL to the final reply: see ClientTransaction
    open,         // waits for the caller: another message, or the end
    quit,         // waits for the answer to QUIT, which changes nothing any more
    done,
};

// How a conversation is left.
enum class Leave {
    with_quit,
    at_once
};

}  // namespace

struct ClientProtocol::State {
    State(ClientSetting asked, Outgoing message)
        : setting(std::move(asked)),
          replies(setting.limits),
          transaction(std::move(message),
                      setting.lmtp ? FinalReplies::one_each : FinalReplies::one) {}

    std::optional<ClientStep> take_output();
    void say(std::string_view line);
    // RFC 2033 §4.1: LHLO has the semantics of EHLO.
    void say_ehlo() {
        stage = Stage::ehlo;
        say((setting.lmtp ? "LHLO " : "EHLO ") + setting.hostname + "\r\n");
    }
    void on_reply(const Reply& reply);
    void on_ehlo(const Reply& reply);
    void on_starttls(const Reply& reply);
    void on_auth(const Reply& reply);
    void after_ehlo();
    void prove_or_send();
    void begin_auth();
    void follow(AuthStep step);
    void auth_failed(AuthFailed failed);
    void begin_transaction();
    void turn_transaction();

    // The conversation is over; whoever has no result yet is deferred with this reply.
    void end_with(ClientEnd why, const Reply& reply, Leave leave, bool from_next_hop = false);
    void end_with(ClientEnd why, EnhancedStatus status, std::string text, Leave leave) {
        end_with(why, reply(451, status, std::move(text)), leave);
    }
    void injected() {
        end_with(ClientEnd::injected, {4, 7, 0},
                 "octets were received behind the answer to STARTTLS", Leave::at_once);
    }
    void refused(const Reply& reply);
    void leave_with(ClientEnd why, Leave leave);

    ClientSetting setting;
    ReplyParser replies;
    ClientTransaction transaction;
    Stage stage = Stage::greeting;
    Capabilities offered;
    ClientAuth auth;
    std::optional<SaltPassword> salting;
    std::string output;
    std::optional<Secret> secret_output;
    ClientEnd end = ClientEnd::completed;
};

std::optional<ClientStep> ClientProtocol::State::take_output() {
    if (salting) return *std::exchange(salting, std::nullopt);
    if (secret_output) return SendSecret{*std::exchange(secret_output, std::nullopt)};
    if (!output.empty()) return Send{std::exchange(output, {})};
    return {};
}

// A command that opens a new turn: nothing may lie there that nobody has asked for.  A server that
// shuts down says 421 unasked (RFC 5321 §3.8); anything else is a forgery or a bug.
void ClientProtocol::State::say(std::string_view line) {
    if (replies.holds_octets()) {
        const auto unasked = replies.next();
        if (unasked && *unasked && (*unasked)->code == 421) {
            return end_with(ClientEnd::refused, **unasked, Leave::at_once, true);
        }
        return end_with(ClientEnd::out_of_step, {4, 5, 0},
                        "the next hop answered what nobody had asked", Leave::at_once);
    }
    output += line;
}

void ClientProtocol::State::end_with(ClientEnd why, const Reply& reply, Leave leave,
                                     bool from_next_hop) {
    transaction.settle_rest(
        {.kind = Kind::deferred, .reply = reply, .from_next_hop = from_next_hop});
    leave_with(why, leave);
}

// By the server as a whole, which says nothing about the message: it waits.
void ClientProtocol::State::refused(const Reply& reply) {
    if (!reply.positive()) {
        return end_with(ClientEnd::refused, reply, Leave::with_quit, true);
    }
    end_with(ClientEnd::out_of_step, {4, 5, 0}, "the next hop said " + reply.text(),
             Leave::at_once);
}

void ClientProtocol::State::leave_with(ClientEnd why, Leave leave) {
    const bool open = why == ClientEnd::out_of_step && transaction.may_be_taken();
    end = open ? ClientEnd::unclear_after_dot : why;
    auth.drop();
    salting.reset();
    secret_output.reset();
    output.clear();
    stage = Stage::done;
    if (leave == Leave::at_once) return;
    output = "QUIT\r\n";
    stage = Stage::quit;
}

void ClientProtocol::State::on_reply(const Reply& reply) {
    // Behind the dot of LMTP it is about one recipient; the others may have the message.
    const bool of_one = setting.lmtp && transaction.phase() == Phase::final_reply;
    if (reply.code == 421 && stage != Stage::quit && !of_one) {
        return end_with(ClientEnd::refused, reply, Leave::at_once, true);
    }
    switch (stage) {
    case Stage::greeting: return reply.code == 220 ? say_ehlo() : refused(reply);
    case Stage::ehlo:
    case Stage::helo: return on_ehlo(reply);
    case Stage::starttls: return on_starttls(reply);
    case Stage::auth: return on_auth(reply);
    case Stage::reset: return reply.code == 250 ? begin_transaction() : refused(reply);
    case Stage::transaction: transaction.answered(reply); return turn_transaction();
    case Stage::quit: stage = Stage::done; return;
    case Stage::handshake:
    case Stage::open:
    case Stage::done: break;
    }
    std::unreachable();
}

void ClientProtocol::State::on_ehlo(const Reply& reply) {
    if (reply.code >= 200 && reply.code < 300) {
        offered = stage == Stage::ehlo ? parse_ehlo_reply(reply) : Capabilities{};
        return after_ehlo();
    }
    // RFC 5321 §3.2: a server that does not know EHLO may still know HELO.  LMTP has none
    // (RFC 2033 §4.1).
    if (stage == Stage::ehlo && reply.permanent() && !setting.lmtp) {
        stage = Stage::helo;
        return say("HELO " + setting.hostname + "\r\n");
    }
    refused(reply);
}

void ClientProtocol::State::after_ehlo() {
    if (setting.inside_tls || setting.tls == TlsPolicy::none) return prove_or_send();
    if (offered.starttls) {
        stage = Stage::starttls;
        return say("STARTTLS\r\n");
    }
    if (setting.tls == TlsPolicy::opportunistic) return prove_or_send();
    end_with(ClientEnd::tls_unavailable, {4, 7, 4},
             "the next hop does not offer STARTTLS, and TLS is required", Leave::with_quit);
}

void ClientProtocol::State::on_starttls(const Reply& reply) {
    if (reply.code == 220) {
        // Whatever lies behind the 220 was sent in the clear and would be read as if it had come
        // through TLS.  Nobody honest sends anything there.
        if (replies.holds_octets()) return injected();
        stage = Stage::handshake;
        return;
    }
    if (reply.positive()) {
        return end_with(ClientEnd::out_of_step, {4, 5, 0}, "STARTTLS was answered " + reply.text(),
                        Leave::at_once);
    }
    if (setting.tls == TlsPolicy::opportunistic) return prove_or_send();
    end_with(ClientEnd::tls_unavailable, reply, Leave::with_quit, true);
}

void ClientProtocol::State::prove_or_send() {
    if (!setting.credentials.user.empty()) return begin_auth();
    begin_transaction();
}

void ClientProtocol::State::begin_transaction() {
    stage = Stage::transaction;
    transaction.begin(offered);
    turn_transaction();
}

void ClientProtocol::State::begin_auth() {
    if (!setting.inside_tls) {
        return end_with(ClientEnd::auth_unavailable, {4, 7, 0},
                        "there is no TLS to send a password in", Leave::with_quit);
    }
    auto first = auth.begin(std::exchange(setting.credentials, {}),
                            std::exchange(setting.nonce, {}), offered.auth);
    stage = Stage::auth;
    say({});  // nothing may lie there unasked: checked before a secret goes out
    if (stage == Stage::auth) follow(std::move(first));
}

void ClientProtocol::State::on_auth(const Reply& reply) {
    auto step = auth.on_reply(reply, replies.holds_octets());
    if (std::holds_alternative<AuthRefused>(step)) {
        return end_with(ClientEnd::auth_refused, reply, Leave::with_quit, true);
    }
    follow(std::move(step));
}

void ClientProtocol::State::follow(AuthStep step) {
    if (auto* line = std::get_if<AuthSay>(&step)) {
        if (!line->is_secret) return say(line->line.reveal());
        secret_output = std::move(line->line);
    } else if (auto* wanted = std::get_if<SaltPassword>(&step)) {
        salting = std::move(*wanted);
    } else if (auto* failed = std::get_if<AuthFailed>(&step)) {
        auth_failed(std::move(*failed));
    } else {
        begin_transaction();
    }
}

// Where nothing the server says counts any more, nobody waits for its answer to "*" (RFC 4954 §4).
void ClientProtocol::State::auth_failed(AuthFailed failed) {
    using enum AuthFailed::Kind;
    const auto why = failed.kind == unavailable ? ClientEnd::auth_unavailable
                     : failed.kind == refused   ? ClientEnd::auth_refused
                                                : ClientEnd::server_unproven;
    end_with(why, {4, 7, 0}, std::move(failed.why),
             failed.kind == unavailable ? Leave::with_quit : Leave::at_once);
}

// Puts out what may go out next, or ends when there is nothing left to do.
void ClientProtocol::State::turn_transaction() {
    switch (transaction.phase()) {
    case Phase::commands:
    case Phase::final_reply: {
        const bool new_turn = !transaction.awaits_reply();
        const auto commands = transaction.take_commands();
        if (new_turn) return say(commands);
        output += commands;
        return;
    }
    case Phase::content: return say({});  // nothing unasked between the 354 and the content
    case Phase::done:
        if (!setting.keep_open || replies.holds_octets())
            return leave_with(ClientEnd::completed, Leave::with_quit);
        stage = Stage::open;
        return;
    case Phase::out_of_step:
        return end_with(ClientEnd::out_of_step, {4, 5, 0},
                        "the next hop's answer does not fit the command", Leave::at_once);
    }
    std::unreachable();
}

ClientProtocol::ClientProtocol(ClientSetting setting, Outgoing message)
    : state_(std::make_unique<State>(std::move(setting), std::move(message))) {}
ClientProtocol::~ClientProtocol() = default;
ClientProtocol::ClientProtocol(ClientProtocol&&) noexcept = default;
ClientProtocol& ClientProtocol::operator=(ClientProtocol&&) noexcept = default;

ClientStep ClientProtocol::next() {
    for (;;) {
        if (auto step = state_->take_output()) return std::move(*step);
        if (state_->stage == Stage::done || state_->stage == Stage::open) {
            return Finished{.end = state_->end,
                            .recipients = state_->transaction.results(),
                            .dsn = state_->offered.dsn,
                            .mechanism = state_->auth.mechanism(),
                            .open = state_->stage == Stage::open,
                            .mail_taken = state_->transaction.mail_taken()};
        }
        if (state_->stage == Stage::handshake) return HandshakeWanted{};
        if (state_->stage == Stage::transaction && state_->transaction.phase() == Phase::content) {
            return ContentWanted{};
        }
        const auto reply = state_->replies.next();
        if (!reply && state_->stage == Stage::quit) {
            state_->stage = Stage::done;
        } else if (!reply) {
            state_->end_with(ClientEnd::out_of_step, {4, 5, 0}, std::string{name(reply.error())},
                             Leave::at_once);
        } else if (!*reply) {
            return NeedInput{};
        } else {
            state_->on_reply(**reply);
        }
    }
}

void ClientProtocol::received(std::string_view octets) { state_->replies.received(octets); }

void ClientProtocol::handshake(Handshake how) {
    INVARIANT(state_->stage == Stage::handshake, "a handshake is answered when it was wanted");
    switch (how) {
    case Handshake::done:
        // RFC 3207 §4.2: everything learned before is forgotten.
        state_->setting.inside_tls = true;
        state_->replies = ReplyParser{state_->setting.limits};
        state_->offered = {};
        return state_->say_ehlo();
    case Handshake::failed:
        return state_->end_with(ClientEnd::tls_failed, {4, 7, 5}, "the TLS handshake failed",
                                Leave::at_once);
    case Handshake::unread_octets: return state_->injected();
    }
    std::unreachable();
}

void ClientProtocol::bind(sasl::ClientBinding binding) { state_->auth.bind(std::move(binding)); }

void ClientProtocol::salted(std::optional<Secret> password) {
    if (state_->stage != Stage::auth) return;  // the connection was lost meanwhile
    if (!password) {
        return state_->end_with(ClientEnd::auth_unavailable, {4, 3, 2},
                                "too busy here to compute the proof of the password",
                                Leave::at_once);
    }
    state_->follow(state_->auth.salted(*password));
}

void ClientProtocol::carry(Outgoing message) {
    INVARIANT(state_->stage == Stage::open, "a message is carried where the last one ended");
    const bool left_open = state_->transaction.left_open();
    state_->transaction = state_->transaction.another(std::move(message));
    if (!left_open) return state_->begin_transaction();
    state_->stage = Stage::reset;
    state_->say("RSET\r\n");
}

void ClientProtocol::quit() {
    INVARIANT(state_->stage == Stage::open, "a session ends between two messages");
    state_->leave_with(ClientEnd::completed, Leave::with_quit);
}

void ClientProtocol::content(std::string_view part) {
    INVARIANT(state_->stage == Stage::transaction, "content belongs to a transaction");
    auto octets = state_->transaction.content(part);
    if (octets) {
        state_->output = std::move(*octets);
        return;
    }
    if (octets.error().kind == ContentFault::Kind::wrong_length) return content_unavailable();
    state_->transaction.settle_rest({.kind = Kind::failed,
                                     .reply = reply(554, {5, 6, 0},
                                                    "the message has a bare CR or LF at octet " +
                                                        std::to_string(octets.error().offset))});
    state_->leave_with(ClientEnd::bare_newline, Leave::at_once);
}

void ClientProtocol::content_unavailable() {
    state_->end_with(ClientEnd::content_unavailable, {4, 3, 0}, "the message could not be read",
                     Leave::at_once);
}

void ClientProtocol::connection_lost(std::string_view how) {
    if (state_->stage == Stage::done) return;
    if (state_->stage == Stage::quit || state_->stage == Stage::open) {
        return state_->leave_with(state_->end, Leave::at_once);
    }
    if (state_->transaction.settled())
        return state_->leave_with(ClientEnd::completed, Leave::at_once);
    const bool after_dot = awaits_final_reply();
    state_->end_with(after_dot ? ClientEnd::lost_after_dot : ClientEnd::lost_before_dot, {4, 4, 2},
                     "the connection was lost" +
                         std::string{after_dot ? " behind the final dot: " : ": "}.append(how),
                     Leave::at_once);
}

bool ClientProtocol::awaits_final_reply() const {
    return state_->transaction.phase() == Phase::final_reply;
}

bool ClientProtocol::inside_tls() const { return state_->setting.inside_tls; }

bool ClientProtocol::settled() const { return state_->transaction.settled(); }

}  // namespace signet::smtp
