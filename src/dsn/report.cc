#include "dsn/report.h"

#include "base/text.h"
#include "mail/date.h"
#include "mail/folded_field.h"
#include "mail/header.h"
#include "mail/quoted_printable.h"

#include <algorithm>
#include <utility>

namespace signet::dsn {
namespace {

constexpr std::size_t kReturnedHeaderOctets = 32u << 10;
constexpr std::uint64_t kReturnedOctets = 64u << 10;
constexpr std::size_t kMessageIdOctets = 900;  // of one that fits a line

constexpr Action kActions[] = {Action::failed, Action::delayed, Action::relayed, Action::delivered,
                               Action::expanded};

bool tells_of(std::span<const Told> told, Action action) {
    return std::ranges::any_of(told, [=](const Told& one) { return one.action == action; });
}

// Of the worst that is told.
std::string_view subject_of(std::span<const Told> told) {
    if (tells_of(told, Action::failed)) return "Your message could not be delivered";
    if (tells_of(told, Action::delayed)) return "Your message is delayed";
    if (tells_of(told, Action::relayed)) return "Your message was passed on";
    if (tells_of(told, Action::delivered)) return "Your message was delivered";
    return "Your message goes to several people";
}

// It came out of a header field.
bool is_message_id(std::string_view text) {
    return text.starts_with('<') && text.ends_with('>') && text.size() <= kMessageIdOctets &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

bool is_eight_bit(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

enum class Octets {
    seven_bit,    // encoded where it has others
    as_they_are,  // 8-bit ones included
};

// The body of a part behind its Content-Type.
std::string part(std::string_view type, std::string_view body, Octets octets) {
    const auto head = "Content-Type: " + std::string{type} + "\r\n";
    if (!is_eight_bit(body)) return head + "\r\n" + std::string{body};
    if (octets == Octets::as_they_are) {
        return head + "Content-Transfer-Encoding: 8bit\r\n\r\n" + std::string{body};
    }
    return head + "Content-Transfer-Encoding: quoted-printable\r\n\r\n" +
           mail::quoted_printable(body);
}

std::string headline(Action action) {
    switch (action) {
    case Action::failed: return "Your message was not delivered to:\r\n";
    case Action::delayed: return "Your message could not be delivered yet to:\r\n";
    case Action::relayed:
        return "Your message was passed on to a server that sends no reports, for:\r\n";
    case Action::delivered: return "Your message was delivered to:\r\n";
    case Action::expanded:
        return "Your message is on its way to all that these names stand for:\r\n";
    }
    std::unreachable();
}

std::string outlook(Action action, const Reporter& reporter) {
    if (action == Action::failed) return "\r\nIt will not be tried again.\r\n";
    if (action != Action::delayed) return {};
    return "\r\nIt will be tried again until about " + mail::date_time(reporter.retry_until) +
           ".\r\nYou need not send it again.\r\n";
}

// ", for sales@example.com": what the sender wrote, where that is another address (ORCPT, RFC 3461
// §4.2; an alias).  Printable, by what mail::Recipient promises.
std::string written_to(const mail::Recipient& recipient) {
    const std::string_view original = recipient.original;
    const auto type_end = original.find(';');
    const auto type = original.substr(0, type_end);
    if (!equal_nocase(type, "rfc822") && !equal_nocase(type, "utf-8")) return {};
    const auto address = original.substr(type_end + 1);
    if (address.empty() || equal_nocase(address, recipient.mailbox.text())) return {};
    return ", for " + std::string{address};
}

std::string words_about(const Told& told) {
    const auto& recipient = *told.recipient;
    auto text = "\r\n  " + recipient.mailbox.text() + written_to(recipient) + "\r\n";
    const bool wrong = told.action == Action::failed || told.action == Action::delayed;
    if (!wrong || told.reply.empty()) return text;
    mail::FoldedField reason{"   "};
    for (const auto word : split(told.reply, ' ')) {
        if (!word.empty()) reason.add(word);
    }
    return text + std::move(reason).finish();
}

class Writing {
public:
    Writing(const queue::Entry& entry, std::span<const Told> told, const Returned& returned,
            const Reporter& reporter)
        : entry_(entry),
          told_(told),
          returned_(returned),
          reporter_(reporter),
          utf8_(!mail::is_ascii(entry.info.envelope.sender.text())) {}

    queue::Report write() const {
        const auto original = original_octets();
        auto boundary = "=_" + reporter_.id;
        while (original.contains(boundary)) boundary += '_';  // whoever guessed our id

        queue::Report report;
        report.id = reporter_.id;
        report.info.message_id = "<" + reporter_.id + "@" + reporter_.hostname + ">";
        report.info.accepted = reporter_.now;
        auto& text = report.content;
        text = header(report.info.message_id, boundary);
        for (const auto& one :
             {part_for_people(), part_for_programs(), part_of_message(original)}) {
            text.append("\r\n--").append(boundary).append("\r\n").append(one);
        }
        text += "\r\n--" + boundary + "--\r\n";

        auto& envelope = report.info.envelope;
        // NOTIFY=NEVER: no server on its way shall report on it either, whatever it makes of <>.
        envelope.recipients = {
            {.mailbox = *entry_.info.envelope.sender.mailbox, .notify = {.asked = true}}};
        envelope.smtputf8 = utf8_;
        if (is_eight_bit(text)) envelope.body = mail::Body::eight_bit_mime;
        return report;
    }

private:
    // RFC 6531 §3.1: who takes SMTPUTF8 takes 8-bit text, too.
    Octets octets() const { return utf8_ ? Octets::as_they_are : Octets::seven_bit; }
    // RFC 6533 §4
    std::string_view kind() const { return utf8_ ? "global-delivery-status" : "delivery-status"; }

    std::string header(const std::string& message_id, const std::string& boundary) const {
        std::string text;
        text += "From: Mail delivery <MAILER-DAEMON@" + reporter_.hostname + ">\r\n";
        text += "To: <" + entry_.info.envelope.sender.text() + ">\r\n";
        text += "Subject: " + std::string{subject_of(told_)} + "\r\n";
        text += "Date: " + mail::date_time(reporter_.now) + "\r\n";
        text += "Message-ID: " + message_id + "\r\n";
        if (const auto& about = entry_.info.message_id; is_message_id(about)) {
            text += "In-Reply-To: " + about + "\r\n";  // RFC 3834 §3.1.6
        }
        // RFC 3834 §5: "auto-replied" is for a message that another one has caused.
        text += "Auto-Submitted: auto-replied\r\n";
        text += "MIME-Version: 1.0\r\n";
        // RFC 6522 §3: the report-type is the subtype of the second part.
        text += "Content-Type: multipart/report; report-type=" + std::string{kind()} + ";\r\n";
        return text + "\tboundary=\"" + boundary + "\"\r\n";
    }

    std::string part_for_people() const {
        auto text = "This is the mail server at " + reporter_.hostname + ".\r\n";
        for (const auto action : kActions) {
            if (!tells_of(told_, action)) continue;
            text += "\r\n" + headline(action);
            for (const auto& one : told_) {
                if (one.action == action) text += words_about(one);
            }
            text += outlook(action, reporter_);
        }
        text += returned_.whole ? "\r\nYour message is attached.\r\n"
                                : "\r\nThe header of your message is attached.\r\n";
        const auto charset = is_eight_bit(text) ? "utf-8" : "us-ascii";
        return part("text/plain; charset=" + std::string{charset}, text, octets());
    }

    // RFC 3464 §2.1: per-message fields, then a group of fields for each recipient.
    std::string part_for_programs() const {
        auto text = message_fields(entry_, reporter_);
        for (const auto& one : told_) text += "\r\n" + recipient_fields(one, reporter_, utf8_);
        return part("message/" + std::string{kind()}, text, octets());
    }

    // RFC 6533 §5, §6: with UTF-8 in the header the types are others.  RFC 2046 §5.2.1: nothing is
    // encoded within message/rfc822; the types of RFC 6532 and 6533 allow it.
    std::string part_of_message(std::string_view original) const {
        const bool utf8 = entry_.info.envelope.smtputf8;
        if (!returned_.whole) {
            return part(utf8 ? "message/global-headers" : "text/rfc822-headers", original,
                        octets());
        }
        if (utf8) return part("message/global", original, octets());
        return part("message/rfc822", original, Octets::as_they_are);
    }

    // Of a header as many whole fields as fit.
    std::string_view original_octets() const {
        const std::string_view block = returned_.octets;
        if (returned_.whole) return block;
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

    const queue::Entry& entry_;
    const std::span<const Told> told_;
    const Returned& returned_;
    const Reporter& reporter_;
    const bool utf8_;  // the report goes to an address that only SMTPUTF8 carries
};

std::string_view header_block(const Returned& returned) {
    const std::string_view octets = returned.octets;
    const auto end = octets.find("\r\n\r\n");
    return end == octets.npos ? octets : octets.substr(0, end + 2);
}

}  // namespace

bool returns_whole(const queue::Entry& entry, std::span<const Told> told) {
    return entry.info.envelope.ret == mail::Return::full && tells_of(told, Action::failed) &&
           entry.content_octets <= kReturnedOctets && entry.info.origin() == queue::Origin::login;
}

std::optional<queue::Report> report(const queue::Entry& entry, std::span<const Told> told,
                                    const Returned& returned, const Reporter& reporter) {
    if (told.empty() || entry.info.envelope.sender.is_null()) return {};
    if (is_automatic(header_block(returned))) return {};
    return Writing{entry, told, returned, reporter}.write();
}

}  // namespace signet::dsn
