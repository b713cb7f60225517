#include "dsn/status_fields.h"

#include "base/text.h"
#include "mail/date.h"
#include "mail/folded_field.h"
#include "smtp/reply.h"
#include "smtp/xtext.h"

#include <utility>

namespace signet::dsn {
namespace {

std::string folded(std::string name, std::string_view first, std::string_view text) {
    mail::FoldedField field{std::move(name)};
    if (!first.empty()) field.add(first);
    for (const auto word : split(text, ' ')) {
        if (!word.empty()) field.add(word);
    }
    return std::move(field).finish();
}

// "<Postmaster>" without a domain is ours (RFC 5321 §4.1.1.3).
std::string address_of(const mail::Mailbox& mailbox, const std::string& hostname) {
    return mail::Mailbox{mailbox.local_part, mailbox.domain.empty() ? hostname : mailbox.domain}
        .text();
}

std::string typed_address(const std::string& address, bool utf8) {
    if (mail::is_ascii(address)) return "rfc822; " + address;
    return "utf-8; " + (utf8 ? address : smtp::encode_original("utf-8;" + address).substr(6));
}

// RFC 3464 §2.3.1: as the sender gave it in ORCPT.
std::string original_recipient(const std::string& original, bool utf8) {
    return utf8 || mail::is_ascii(original) ? original : smtp::encode_original(original);
}

// RFC 3464 §2.1.2: a domain name, or an address literal in its brackets.
std::string name_of_mta(const std::string& host) {
    const bool name = host.find_first_not_of("0123456789.") != host.npos && !host.contains(':');
    return name || host.starts_with('[') ? host : "[" + host + "]";
}

bool is_reply(std::string_view text) {
    return text.size() >= 3 && text[0] >= '2' && text[0] <= '5' && is_digit(text[1]) &&
           is_digit(text[2]) && (text.size() == 3 || text[3] == ' ');
}

std::optional<smtp::EnhancedStatus> status_in(std::string_view reply) {
    if (!is_reply(reply)) return {};
    const auto rest = trim(reply.substr(3));
    return smtp::parse_enhanced_status(rest.substr(0, rest.find(' ')));
}

// RFC 3464 §2.3.4: Status is required.  Without an enhanced status the class is all that is known;
// where a class is not for this action (RFC 3463 §2), the rest of the status still says why.
std::string status_of(const Told& told) {
    auto status = status_in(told.reply);
    const bool transient = is_reply(told.reply) && told.reply[0] == '4';
    switch (told.action) {
    case Action::failed:
        if (status && status->status_class != 2) return status->text();
        return transient ? "4.0.0" : "5.0.0";
    case Action::delayed:
        if (!status || status->status_class == 2) return "4.0.0";
        status->status_class = 4;
        return status->text();
    case Action::relayed:
    case Action::delivered:
    case Action::expanded: return status && status->status_class == 2 ? status->text() : "2.0.0";
    }
    std::unreachable();
}

// RFC 3464 §2.3.6: "smtp" is for the reply of another server; what we say ourselves is none.
// Of a success nobody needs it, and it might tell of our disk.
std::string diagnostic(const Told& told) {
    const bool success = told.action != Action::failed && told.action != Action::delayed;
    if (success || told.reply.empty()) return {};
    const bool theirs = !told.remote_mta.empty() && is_reply(told.reply);
    return folded("Diagnostic-Code:", theirs ? "smtp;" : "x-signet;", told.reply);
}

}  // namespace

std::string message_fields(const queue::Entry& entry, const Reporter& reporter) {
    std::string text;
    if (const auto& envid = entry.info.envelope.envid; !envid.empty()) {
        text += folded("Original-Envelope-Id:", "", envid);
    }
    text += "Reporting-MTA: dns; " + reporter.hostname + "\r\n";
    return text + "Arrival-Date: " + mail::date_time(entry.info.accepted) + "\r\n";
}

std::string recipient_fields(const Told& told, const Reporter& reporter, bool utf8) {
    std::string text;
    if (const auto& original = told.recipient->original; !original.empty()) {
        text += folded("Original-Recipient:", original_recipient(original, utf8), "");
    }
    const auto address = address_of(told.recipient->mailbox, reporter.hostname);
    text += "Final-Recipient: " + typed_address(address, utf8) + "\r\n";
    text += "Action: " + std::string{name(told.action)} + "\r\n";
    text += "Status: " + status_of(told) + "\r\n";
    if (!told.remote_mta.empty()) {
        text += "Remote-MTA: dns; " + name_of_mta(told.remote_mta) + "\r\n";
    }
    text += diagnostic(told);
    text += "Last-Attempt-Date: " + mail::date_time(reporter.now) + "\r\n";
    if (told.action == Action::delayed) {
        text += "Will-Retry-Until: " + mail::date_time(reporter.retry_until) + "\r\n";
    }
    return text;
}

}  // namespace signet::dsn
