#include "submission/replies.h"

#include "base/base64.h"

#include <utility>

namespace signet::submission::replies {
namespace {

using smtp::reply;

std::string with(std::string_view hostname, std::string_view text) {
    return std::string{hostname} + " " + std::string{text};
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

Reply account_changed(std::string_view hostname) {
    return reply(421, {4, 7, 0}, with(hostname, "your account has changed, sign in again"));
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

Reply draining(std::string_view hostname) {
    return reply(421, {4, 3, 2}, with(hostname, "shutting down, try again later"));
}

Reply timed_out(std::string_view hostname) {
    return reply(421, {4, 4, 2}, with(hostname, "timed out, closing connection"));
}

}  // namespace signet::submission::replies
