#include "dsn/failure_report.h"

#include "base/text.h"
#include "mail/date.h"
#include "mail/folded_field.h"
#include "mail/header.h"
#include "smtp/reply.h"
#include "smtp/xtext.h"

#include <algorithm>
#include <map>

namespace signet::dsn {
namespace {

constexpr std::size_t kReplyOctets = 1'024;
constexpr std::size_t kWordOctets = 200;  // a longer one is broken
constexpr std::size_t kReturnedHeaderOctets = 32u << 10;

struct Failure {
    const mail::Recipient* recipient;
    std::string reply;
};

// RFC 3461 §4.1: nothing asked is as if FAILURE.
bool wants_failure(const mail::Notify& notify) { return !notify.asked || notify.failure; }

// RFC 3464 §2.3.2, and RFC 6533 §3 for what is not ASCII: in a form that is ASCII, so that the
// report can go anywhere.
std::string typed_address(std::string_view address) {
    const auto type = mail::is_ascii(address) ? "rfc822; " : "utf-8; ";
    const auto typed = "utf-8;" + std::string{address};
    return type + (mail::is_ascii(address) ? std::string{address}
                                           : smtp::encode_original(typed).substr(6));
}

// RFC 3464 §2.3.1: as the sender gave it in ORCPT.
std::string original_recipient(const std::string& original) {
    return mail::is_ascii(original) ? original : smtp::encode_original(original);
}

// The reply is the other server's text.  RFC 3464 §2.3.6 asks for ASCII, and nothing in it may end
// our line.
std::string clean(std::string_view reply) {
    std::string text;
    std::size_t word = 0;
    for (const char c : reply.substr(0, kReplyOctets)) {
        const bool printable = c > ' ' && c <= '~';
        if (word == kWordOctets) text += ' ', word = 0;
        word = printable ? word + 1 : 0;
        text += printable ? c : ' ';
    }
    return std::string{trim(text)};
}

// By index, so that one named twice is listed once, and the last word counts.
std::vector<Failure> failures_of(const queue::Entry& entry,
                                 std::span<const queue::RecipientOutcome> outcomes) {
    std::map<std::size_t, std::string> failed;
    for (const auto& outcome : outcomes) {
        const bool known = outcome.recipient < entry.info.envelope.recipients.size();
        if (!known) continue;
        failed.erase(outcome.recipient);
        if (outcome.kind == queue::RecipientOutcome::Kind::failed) {
            failed[outcome.recipient] = clean(outcome.reply);
        }
    }
    std::vector<Failure> failures;
    for (auto& [index, reply] : failed) {
        const auto& recipient = entry.info.envelope.recipients[index];
        if (wants_failure(recipient.notify)) failures.push_back({&recipient, std::move(reply)});
    }
    return failures;
}

bool is_reply(std::string_view text) {
    return text.size() >= 3 && text[0] >= '2' && text[0] <= '5' && is_digit(text[1]) &&
           is_digit(text[2]) && (text.size() == 3 || text[3] == ' ');
}

// RFC 3464 §2.3.4: Status is required.  Without an enhanced status the class is all that is known.
std::string status_of(std::string_view reply) {
    if (!is_reply(reply)) return "5.0.0";
    const auto rest = trim(reply.substr(3));
    const auto status = smtp::parse_enhanced_status(rest.substr(0, rest.find(' ')));
    if (status && status->status_class != 2) return status->text();
    return reply[0] == '4' ? "4.0.0" : "5.0.0";
}

void add_words(mail::FoldedField& field, std::string_view text) {
    for (const auto word : split(text, ' ')) {
        if (!word.empty()) field.add(word);
    }
}

std::string header_of(const queue::Entry& entry, const Reporter& reporter,
                      const std::string& message_id, const std::string& boundary) {
    std::string text;
    text += "From: Mail delivery <MAILER-DAEMON@" + reporter.hostname + ">\r\n";
    text += "To: <" + entry.info.envelope.sender.text() + ">\r\n";
    text += "Subject: Your message could not be delivered\r\n";
    text += "Date: " + mail::date_time(reporter.now) + "\r\n";
    text += "Message-ID: " + message_id + "\r\n";
    // RFC 3834 §5: "auto-replied" is for a message that another one has caused.
    text += "Auto-Submitted: auto-replied\r\n";
    text += "MIME-Version: 1.0\r\n";
    text += "Content-Type: multipart/report; report-type=delivery-status;\r\n";
    return text + "\tboundary=\"" + boundary + "\"\r\n";
}

std::string part_for_people(std::span<const Failure> failures, bool whole,
                            const Reporter& reporter) {
    const bool ascii = std::ranges::all_of(failures, [](const Failure& failure) {
        return mail::is_ascii(failure.recipient->mailbox.text());
    });
    std::string text = "Content-Type: text/plain; charset=";
    text += ascii ? "us-ascii\r\n\r\n" : "utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
    text += "This is the mail server at " + reporter.hostname + ".\r\n\r\n";
    text += "Your message was not delivered to:\r\n";
    for (const auto& failure : failures) {
        text += "\r\n  " + failure.recipient->mailbox.text() + "\r\n";
        if (failure.reply.empty()) continue;
        mail::FoldedField reason{"   "};
        add_words(reason, failure.reply);
        text += std::move(reason).finish();
    }
    text += "\r\nIt will not be tried again.  ";
    text += whole ? "Your message is attached.\r\n" : "The header of your message is attached.\r\n";
    return text;
}

// RFC 3464 §2.1: per-message fields, then a group of fields for each recipient.
std::string part_for_programs(std::span<const Failure> failures, const queue::Entry& entry,
                              const Reporter& reporter) {
    std::string text = "Content-Type: message/delivery-status\r\n\r\n";
    if (const auto& envid = entry.info.envelope.envid; !envid.empty()) {
        mail::FoldedField field{"Original-Envelope-Id:"};
        add_words(field, envid);
        text += std::move(field).finish();
    }
    text += "Reporting-MTA: dns; " + reporter.hostname + "\r\n";
    text += "Arrival-Date: " + mail::date_time(entry.info.accepted) + "\r\n";
    for (const auto& failure : failures) {
        text += "\r\n";
        if (const auto& original = failure.recipient->original; !original.empty()) {
            mail::FoldedField field{"Original-Recipient:"};
            field.add(original_recipient(original));
            text += std::move(field).finish();
        }
        text += "Final-Recipient: " + typed_address(failure.recipient->mailbox.text()) + "\r\n";
        text += "Action: failed\r\n";
        text += "Status: " + status_of(failure.reply) + "\r\n";
        if (!failure.reply.empty()) {
            mail::FoldedField diagnostic{"Diagnostic-Code:"};
            // RFC 3464 §2.3.6: "smtp" is for a reply of SMTP; what we say ourselves is none.
            diagnostic.add(is_reply(failure.reply) ? "smtp;" : "x-signet;");
            add_words(diagnostic, failure.reply);
            text += std::move(diagnostic).finish();
        }
        text += "Last-Attempt-Date: " + mail::date_time(reporter.now) + "\r\n";
    }
    return text;
}

// As many whole fields as fit.
std::string_view beginning_of(std::string_view block) {
    const mail::Header header{block};
    std::size_t end = 0;
    for (auto field = header.first(); field; field = header.after(*field)) {
        const auto raw_end = static_cast<std::size_t>(field->raw.data() - block.data()) +
                             field->raw.size() + std::string_view{"\r\n"}.size();
        if (raw_end > std::min(block.size(), kReturnedHeaderOctets)) break;
        end = raw_end;
    }
    return block.substr(0, end);
}

bool is_eight_bit(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

// RFC 6533 §5, §6: with UTF-8 in the header the types are others.
std::string part_of_message(std::string_view returned, bool whole, bool utf8) {
    std::string text = "Content-Type: ";
    if (whole) text += utf8 ? "message/global\r\n" : "message/rfc822\r\n";
    if (!whole) text += utf8 ? "message/global-headers\r\n" : "text/rfc822-headers\r\n";
    if (is_eight_bit(returned)) text += "Content-Transfer-Encoding: 8bit\r\n";
    text += "\r\n";
    return text.append(returned);
}

}  // namespace

std::optional<queue::Report> failure_report(const queue::Entry& entry,
                                            std::span<const queue::RecipientOutcome> outcomes,
                                            const Returned& returned, const Reporter& reporter) {
    const auto& sender = entry.info.envelope.sender;
    if (sender.is_null()) return {};
    const auto failures = failures_of(entry, outcomes);
    if (failures.empty()) return {};

    const auto original =
        returned.whole ? std::string_view{returned.octets} : beginning_of(returned.octets);
    auto boundary = "=_" + reporter.id;
    while (original.contains(boundary)) boundary += '_';  // whoever guessed our id

    queue::Report report;
    report.id = reporter.id;
    report.info.message_id = "<" + reporter.id + "@" + reporter.hostname + ">";
    report.info.accepted = reporter.now;
    auto& envelope = report.info.envelope;
    envelope.recipients = {{*sender.mailbox}};

    auto& text = report.content;
    text = header_of(entry, reporter, report.info.message_id, boundary);
    envelope.smtputf8 = !mail::is_ascii(text);
    for (const auto& part :
         {part_for_people(failures, returned.whole, reporter),
          part_for_programs(failures, entry, reporter),
          part_of_message(original, returned.whole, entry.info.envelope.smtputf8)}) {
        text += "\r\n--" + boundary + "\r\n" + part;
    }
    text += "\r\n--" + boundary + "--\r\n";
    if (is_eight_bit(text)) envelope.body = mail::Body::eight_bit_mime;
    return report;
}

}  // namespace signet::dsn
