#include "submission/replies.h"

#include "base/base64.h"

#include <algorithm>
#include <utility>

namespace signet::submission::replies {
namespace {

using smtp::reply;

std::string with(std::string_view hostname, std::string_view text) {
    return std::string{hostname} + " " + std::string{text};
}

std::string counted(std::uint64_t count, std::string_view thing) {
    return std::to_string(count) + " " + std::string{thing} + (count == 1 ? "" : "s");
}

// In the largest unit of which there are two, or one exactly, and rounded up: "90 seconds", "12
// minutes".
std::string in_words(std::chrono::seconds span) {
    struct Unit {
        std::int64_t seconds;
        std::string_view name;
    };
    constexpr Unit kUnits[] = {{86'400, "day"}, {3'600, "hour"}, {60, "minute"}, {1, "second"}};
    const auto seconds = std::max<std::int64_t>(1, span.count());
    const auto fits = [&](const Unit& unit) {
        return seconds >= 2 * unit.seconds || seconds == unit.seconds || unit.seconds == 1;
    };
    const auto& unit = *std::ranges::find_if(kUnits, fits);
    const auto count = (seconds + unit.seconds - 1) / unit.seconds;
    return counted(static_cast<std::uint64_t>(count), unit.name);
}

}  // namespace

Reply queued(const queue::Accepted& accepted) {
    return reply(250, {2, 0, 0}, "Queued as " + accepted.id());
}

Reply greeting(std::string_view hostname) { return reply(220, with(hostname, "ESMTP Signet")); }

Reply helo(std::string_view hostname) { return reply(250, std::string{hostname}); }

Reply ehlo(std::string_view hostname, std::vector<std::string> keywords) {
    keywords.insert(keywords.begin(), std::string{hostname});
    return Reply{.code = 250, .status = {}, .lines = std::move(keywords)};
}

Reply ok() { return reply(250, {2, 0, 0}, "Ok"); }
Reply sender_ok() { return reply(250, {2, 1, 0}, "Sender ok"); }
Reply recipient_ok() { return reply(250, {2, 1, 5}, "Recipient ok"); }
Reply send_content() { return reply(354, "End data with <CR><LF>.<CR><LF>"); }

// RFC 5321 §3.5.3: 252 tells nobody which addresses exist.
Reply cannot_verify() {
    return reply(252, {2, 5, 2}, "Send some mail and the recipient will be tried");
}

Reply help() {
    return Reply{.code = 214,
                 .status = smtp::EnhancedStatus{2, 0, 0},
                 .lines = {"Signet takes mail from users who sign in: EHLO, STARTTLS, AUTH, MAIL,",
                           "RCPT, DATA, BDAT, RSET, NOOP, VRFY, HELP, QUIT"}};
}

Reply goodbye(std::string_view hostname) {
    return reply(221, {2, 0, 0}, with(hostname, "closing connection"));
}

Reply start_tls() { return reply(220, {2, 0, 0}, "Ready to start TLS"); }

Reply data_behind_starttls() {
    return reply(554, {5, 5, 1}, "Nothing may follow STARTTLS before the handshake");
}

// RFC 4954 §4: the challenge is base64, and a lone "334 " carries an empty one.
Reply challenge(std::string_view octets) { return reply(334, base64(octets)); }
Reply authenticated() { return reply(235, {2, 7, 0}, "Authentication successful"); }
Reply auth_cancelled() { return reply(501, {5, 7, 0}, "Authentication cancelled"); }
Reply auth_malformed() { return reply(501, {5, 5, 2}, "Cannot decode the credentials"); }
Reply auth_out_of_turn() { return reply(503, {5, 5, 1}, "No authentication step was expected"); }

Reply credentials_invalid() { return reply(535, {5, 7, 8}, "Authentication credentials invalid"); }

// RFC 4954 §6.
Reply mechanism_too_weak() {
    return reply(534, {5, 7, 9}, "Authentication mechanism is too weak for this account");
}

Reply app_password_required(const std::string& page) {
    std::string text = "Application-specific password required";
    if (!page.empty()) text += "; make one at " + sanitised(page, 200);
    return reply(534, {5, 7, 9}, text);
}

// docs/decisions/0234-how-old-passwords-get.md has why it is this code.
Reply password_too_old(const std::string& page) {
    std::string text = "Your password is too old and has to be changed";
    if (!page.empty()) text += "; change it at " + sanitised(page, 200);
    return reply(534, {5, 7, 0}, text);
}

// Temporary: a mail program that was told the new password meanwhile should try again, and not ask
// its owner for another one.
Reply auth_throttled() {
    return reply(454, {4, 7, 0}, "Too many wrong passwords from your network, try again later");
}

Reply auth_unavailable() {
    return reply(454, {4, 7, 0}, "Temporary authentication failure, try again later");
}

Reply mechanism_unknown() {
    return reply(504, {5, 5, 4}, "That authentication mechanism is not offered here");
}

// RFC 4954 §4: the extension was not offered, so the command has no place.
Reply sign_in_not_offered() { return reply(503, {5, 5, 1}, "Sign-in is not offered on this port"); }

Reply too_many_failures(std::string_view hostname) {
    return reply(421, {4, 7, 0}, with(hostname, "too many failed sign-ins, closing connection"));
}

Reply chunk_taken(std::uint64_t octets) {
    return reply(250, {2, 0, 0}, std::to_string(octets) + " octets so far");
}

// RFC 6532 §3: what SMTPUTF8 lets into a header is UTF-8.
Reply header_not_utf8() {
    return reply(554, {5, 6, 0}, "The header of a message sent with SMTPUTF8 is not UTF-8");
}

Reply header_too_large(std::uint64_t limit_octets) {
    return reply(552, {5, 3, 4},
                 "Header fields take more than " + std::to_string(limit_octets) + " octets");
}

Reply mail_loop() {
    return reply(554, {5, 4, 6}, "Too many Received fields: this message goes round in a loop");
}

Reply not_stored(StoreFault fault) {
    switch (fault) {
    case StoreFault::full: return reply(452, {4, 3, 1}, "No space left to keep the message");
    case StoreFault::unavailable:
    case StoreFault::conflict:
    case StoreFault::corrupt:
    case StoreFault::deadline:
        return reply(451, {4, 3, 0}, "The message could not be kept, try again later");
    }
    std::unreachable();
}

// RFC 3463 §3.8: X.7.1 is a rule of the site; 450 and not 452, since no storage is short.
Reply over_rate(std::string_view who, std::string_view verb, std::string_view thing,
                const Rate& rate, std::chrono::seconds wait) {
    return reply(450, {4, 7, 1},
                 std::string{who} + " and may " + std::string{verb} + " " +
                     counted(rate.count, thing) + " in " + in_words(rate.window) +
                     ": try again in " + in_words(wait));
}

// RFC 5321 §4.5.3.1.10: 452, so that the client sends the rest in another transaction.
Reply too_many_recipients(std::string_view who, std::uint64_t limit) {
    return reply(452, {4, 5, 3},
                 std::string{who} + " and may send a message to " + counted(limit, "recipient"));
}

// RFC 5321 §4.5.3.1.10, as above.
Reply no_room_for(std::string_view shown) {
    return reply(452, {4, 5, 3},
                 std::string{shown} + " stands for too many to be sent to together with others");
}

Reply recipients_unknown() {
    return reply(451, {4, 3, 0}, "Recipients cannot be looked up just now, try again later");
}

// RFC 3463 §3.3: X.2.4, "mailing list expansion problem".  For good: only who writes the aliases
// can help, and the sender should hear of it now.
Reply not_expanded(std::string_view shown) {
    return reply(550, {5, 2, 4},
                 "The aliases behind " + std::string{shown} + " are too many or too deep");
}

Reply message_too_big(std::string_view who, std::uint64_t limit_octets) {
    return reply(552, {5, 3, 4},
                 std::string{who} + " and may send messages of at most " +
                     std::to_string(limit_octets) + " octets");
}

Reply account_changed(std::string_view hostname) {
    return reply(421, {4, 7, 0}, with(hostname, "your account has changed, sign in again"));
}

Reply disconnected(std::string_view hostname) {
    return reply(421, {4, 7, 0}, with(hostname, "an administrator has ended this session"));
}

Reply account_unknown() {
    return reply(451, {4, 3, 0}, "Your account cannot be looked up, try again later");
}

Reply busy(std::string_view hostname) {
    return reply(421, {4, 3, 2}, with(hostname, "too many connections, try again later"));
}

Reply too_many_from_you(std::string_view hostname) {
    return reply(421, {4, 7, 0}, with(hostname, "too many connections from your network"));
}

Reply connecting_too_fast(std::string_view hostname) {
    return reply(421, {4, 7, 0},
                 with(hostname, "your network connects too often, try again later"));
}

Reply asking_too_fast(std::string_view hostname) {
    return reply(421, {4, 7, 0},
                 with(hostname, "too many commands from your network, try again later"));
}

Reply draining(std::string_view hostname) {
    return reply(421, {4, 3, 2}, with(hostname, "shutting down, try again later"));
}

Reply timed_out(std::string_view hostname) {
    return reply(421, {4, 4, 2}, with(hostname, "timed out, closing connection"));
}

}  // namespace signet::submission::replies
