#include "dsn/dsn_world.h"

#include <utility>

namespace signet::dsn {

using Kind = queue::RecipientOutcome::Kind;

queue::Entry entry() {
    queue::Entry entry;
    entry.id = "01JV000000000000000000000A";
    entry.info.account = "ann";
    entry.info.session_id = "SESSION";
    entry.info.message_id = "<1@example.com>";
    entry.info.envelope.sender.mailbox = mail::Mailbox{"ann", "example.com"};
    entry.info.envelope.recipients = {
        {{"bob", "example.net"}}, {{"c d", "example.org"}}, {{"e", "f"}}};
    entry.info.accepted = kAccepted;
    entry.recipients.resize(3);
    return entry;
}

queue::RecipientOutcome failed(std::size_t recipient, std::string reply, std::string from) {
    return {.recipient = recipient,
            .kind = Kind::failed,
            .reply = std::move(reply),
            .remote_mta = std::move(from)};
}

queue::RecipientOutcome delayed(std::size_t recipient, std::string reply, std::string from) {
    return {.recipient = recipient,
            .kind = Kind::deferred,
            .reply = std::move(reply),
            .remote_mta = std::move(from),
            .delay_notified = true};
}

queue::RecipientOutcome delivered(std::size_t recipient, queue::HandedTo handed_to,
                                  std::string from) {
    return {.recipient = recipient,
            .kind = Kind::delivered,
            .reply = "250 2.1.5 kept as /var/mail/bob/1",
            .remote_mta = std::move(from),
            .handed_to = handed_to};
}

std::optional<queue::Report> report_on(const queue::Entry& entry,
                                       const std::vector<queue::RecipientOutcome>& outcomes,
                                       Returned returned) {
    return report(entry, told(entry, outcomes), returned, kReporter);
}

std::size_t count(std::string_view text, std::string_view of) {
    std::size_t found = 0;
    for (auto at = text.find(of); at != text.npos; at = text.find(of, at + 1)) ++found;
    return found;
}

}  // namespace signet::dsn
