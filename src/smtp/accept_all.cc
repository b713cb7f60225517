#include "smtp/accept_all.h"

#include "base/base64.h"
#include "smtp/extensions.h"
#include "smtp/xtext.h"

namespace signet::smtp {
namespace {

Reply challenge(std::string_view text) { return reply(334, base64(text)); }
Reply cancelled() { return reply(501, {5, 7, 0}, "Authentication cancelled"); }
Reply judge_proof(bool right) {
    return right ? reply(235, {2, 7, 0}, "Authentication successful")
                 : reply(535, {5, 7, 8}, "Authentication credentials invalid");
}

std::string shown(mail::Return ret) {
    switch (ret) {
    case mail::Return::unsaid: return "";
    case mail::Return::full: return " ret=full";
    case mail::Return::headers: return " ret=hdrs";
    }
    std::unreachable();
}

}  // namespace

AcceptAll::AcceptAll(Role role, ProtocolLimits limits)
    : role_(role), limits_(limits), protocol_(role, limits), in_tls_(role == Role::submissions) {}

std::string AcceptAll::connect() {
    protocol_.greet(reply(220, "test.example ESMTP"));
    return turn();
}

std::string AcceptAll::feed(std::string_view octets) {
    protocol_.received(octets);
    return turn();
}

void AcceptAll::handshake() {
    protocol_.restart_after_tls();
    in_tls_ = true;
    wants_handshake_ = false;
    trace_.emplace_back("handshake");
}

// Turns the machine until it asks for input.
std::string AcceptAll::turn() {
    for (;;) {
        auto event = protocol_.next_event();
        if (std::holds_alternative<NeedInput>(event)) return protocol_.take_output();
        if (std::holds_alternative<Closed>(event)) {
            if (!std::exchange(closed_, true)) trace_.emplace_back("closed");
            return protocol_.take_output();
        }
        std::visit(
            [this](auto& asked) {
                using Asked = std::remove_cvref_t<decltype(asked)>;
                if constexpr (std::is_same_v<Asked, Content>) {
                    content_ += asked.octets;
                } else if constexpr (std::is_same_v<Asked, Bdat>) {
                    trace_.push_back("bdat " + std::to_string(asked.octets) +
                                     (asked.last ? " last" : ""));
                } else if constexpr (std::is_same_v<Asked, Refused>) {
                    trace_.push_back("refused " + std::string{name(asked.why)} + ' ' + asked.verb +
                                     (asked.exposed_credentials ? " exposed" : "") +
                                     (asked.exposed ? " " + asked.exposed->mechanism : ""));
                } else if constexpr (!std::is_same_v<Asked, NeedInput> &&
                                     !std::is_same_v<Asked, Closed>) {
                    const auto decision = decide(asked);
                    trace_.back() += " -> " + std::to_string(decision.code);
                    protocol_.answer(decision);
                }
            },
            event);
    }
}

bool AcceptAll::plays(const sasl::Mechanism& mechanism) const {
    if (mechanism.needs == sasl::Needs::password_check) return true;
    const bool scram = mechanism.needs == sasl::Needs::verifier &&
                       mechanism.proof == sasl::ProofKind::scram_sha256;
    return scram && scram_ && (!mechanism.binds || scram_->binds());
}

std::vector<std::string_view> AcceptAll::offered_mechanisms() const {
    std::vector<std::string_view> names;
    for (const auto& mechanism : sasl::mechanisms()) {
        if (plays(mechanism)) names.push_back(mechanism.name);
    }
    return names;
}

Reply AcceptAll::decide(Ehlo& command) {
    trace_.push_back("ehlo " + command.domain);
    auto made = reply(250, "test.example");
    const auto offered = role_ == Role::mx ? std::vector<std::string_view>{} : offered_mechanisms();
    for (auto& line : ehlo_keywords(role_, in_tls_, offered, limits_)) {
        made.lines.push_back(std::move(line));
    }
    return made;
}

Reply AcceptAll::decide(Helo& command) {
    trace_.push_back("helo " + command.domain);
    return reply(250, "test.example");
}

Reply AcceptAll::decide(StartTls&) {
    trace_.emplace_back("starttls");
    if (protocol_.has_unread_input()) return reply(554, {5, 5, 1}, "Octets behind STARTTLS");
    wants_handshake_ = true;
    return reply(220, {2, 0, 0}, "Ready to start TLS");
}

Reply AcceptAll::decide(Auth& command) {
    trace_.push_back("auth " + command.mechanism + (command.initial ? " initial" : ""));
    if (role_ == Role::mx) return reply(503, {5, 5, 1}, "Sign-in is not offered here");
    mechanism_ = command.mechanism;
    login_user_.clear();
    if (mechanism_ == "PLAIN") {
        return command.initial ? on_plain(command.initial->reveal()) : challenge("");
    }
    const auto* known = sasl::find_mechanism(mechanism_);
    if (known && known->needs != sasl::Needs::password_check && plays(*known)) {
        return scram_->begin(*known, std::move(command.initial));
    }
    if (mechanism_ != "LOGIN") return reply(504, {5, 5, 4}, "Mechanism not known");
    return command.initial ? on_login(command.initial->reveal()) : challenge("Username:");
}

Reply AcceptAll::decide(AuthResponse& response) {
    trace_.emplace_back(response.octets ? "auth response" : "auth cancel");
    if (!response.octets) return cancelled();
    if (mechanism_.starts_with("SCRAM")) return scram_->go_on(std::move(response.octets));
    return mechanism_ == "PLAIN" ? on_plain(response.octets->reveal())
                                 : on_login(response.octets->reveal());
}

// message = [authzid] NUL authcid NUL passwd (RFC 4616 §2)
Reply AcceptAll::on_plain(std::string_view message) {
    const auto parts = split(message, '\0');
    if (parts.size() != 3) return reply(501, {5, 5, 2}, "Malformed PLAIN message");
    return judge_proof(parts[0].empty() && parts[1] == kUser && parts[2] == kPassword);
}

Reply AcceptAll::on_login(std::string_view message) {
    if (!login_user_.empty()) return judge_proof(login_user_ == kUser && message == kPassword);
    if (message.empty()) return reply(501, {5, 5, 2}, "Malformed LOGIN message");
    login_user_ = message;
    return challenge("Password:");
}

Reply AcceptAll::decide(Mail& command) {
    content_.clear();
    trace_.push_back("mail <" + command.sender.text() + ">" +
                     (command.size ? " size=" + std::to_string(*command.size) : "") +
                     (command.body == mail::Body::eight_bit_mime ? " 8bit" : "") +
                     (command.smtputf8 ? " utf8" : "") + shown(command.ret) +
                     (command.envid.empty() ? "" : " envid=" + command.envid));
    return reply(250, {2, 1, 0}, "Sender ok");
}

Reply AcceptAll::decide(Rcpt& command) {
    trace_.push_back("rcpt <" + command.recipient.text() + ">" +
                     (command.notify.asked ? " notify=" + text_of(command.notify) : "") +
                     (command.original.empty() ? "" : " orcpt=" + command.original));
    const auto& domain = command.recipient.domain;
    if (role_ == Role::mx && domain != kDomain && !domain.empty()) {
        return reply(550, {5, 7, 1}, "No relay for strangers");
    }
    return reply(250, {2, 1, 5}, "Recipient ok");
}

Reply AcceptAll::decide(Data&) {
    content_.clear();
    trace_.emplace_back("data");
    return reply(354, "End with CR LF . CR LF");
}

Reply AcceptAll::decide(ChunkEnd& end) {
    trace_.push_back("chunk " + std::to_string(end.octets));
    return reply(250, {2, 0, 0}, std::to_string(end.octets) + " octets so far");
}

Reply AcceptAll::decide(ContentEnd& end) {
    trace_.push_back("message " + std::to_string(end.octets));
    messages_.push_back(std::exchange(content_, {}));
    return reply(250, {2, 0, 0}, "Taken");
}

Reply AcceptAll::decide(Rset&) {
    trace_.emplace_back("rset");
    return reply(250, {2, 0, 0}, "Forgotten");
}

Reply AcceptAll::decide(Noop&) {
    trace_.emplace_back("noop");
    return reply(250, {2, 0, 0}, "Here");
}

Reply AcceptAll::decide(Vrfy& command) {
    trace_.push_back("vrfy " + command.what);
    return reply(252, {2, 1, 5}, "Send mail and see");
}

Reply AcceptAll::decide(Help&) {
    trace_.emplace_back("help");
    return reply(214, {2, 0, 0}, "RFC 5321");
}

Reply AcceptAll::decide(Quit&) {
    trace_.emplace_back("quit");
    return reply(221, {2, 0, 0}, "Bye");
}

}  // namespace signet::smtp
