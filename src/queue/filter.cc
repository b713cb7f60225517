#include "queue/filter.h"

#include "audit/timestamp.h"
#include "base/text.h"
#include "mail/domain_pattern.h"

#include <algorithm>

namespace signet::queue {
namespace {

bool fits(const std::optional<AddressPattern>& pattern, const mail::Mailbox& mailbox) {
    if (!pattern) return true;
    if (!pattern->mailbox) return false;
    if (pattern->any_local_part) return pattern->mailbox->domain == mailbox.domain;
    return *pattern->mailbox == mailbox.folded();
}

bool is_sender(const std::optional<AddressPattern>& pattern, const mail::ReversePath& sender) {
    if (!pattern) return true;
    return sender.is_null() ? !pattern->mailbox : fits(pattern, *sender.mailbox);
}

bool holds_nocase(std::string_view text, std::string_view part) {
    const auto same = [](char a, char b) { return lower(a) == lower(b); };
    return !std::ranges::search(text, part, same).empty() || part.empty();
}

bool asks_recipient(const Filter& filter) {
    return filter.recipient || !filter.domain.empty() || !filter.reply.empty();
}

bool some_recipient_fits(const Filter& filter, const Entry& entry) {
    for (std::size_t i = 0; i < entry.recipients.size(); ++i) {
        const auto& status = entry.recipients[i];
        const auto& mailbox = entry.info.envelope.recipients[i].mailbox;
        if (status.state != RecipientState::pending || !fits(filter.recipient, mailbox)) continue;
        if (!filter.domain.empty() && !mail::domain_fits(filter.domain, mailbox.domain)) continue;
        if (holds_nocase(status.last_reply, filter.reply)) return true;
    }
    return false;
}

std::optional<AddressPattern> parse_pattern(std::string_view text) {
    if (text == "<>") return AddressPattern{};
    const auto mailbox = mail::parse_mailbox(text);
    if (!mailbox) return {};
    return AddressPattern{mailbox->folded(), text.starts_with("*@")};
}

std::optional<std::string> parse_domain_pattern(std::string_view text) {
    const bool below = text.starts_with("*.");
    const auto domain = mail::parse_domain(text.substr(below ? 2 : 0));
    if (!domain) return {};
    return (below ? "*." : "") + *domain;
}

std::string no(std::string_view text, std::string_view what) {
    return "`" + sanitised(text, 100) + "` is no " + std::string{what};
}

// One text into its place; false: it cannot be read.
template <class Place, class Read>
bool take(const FilterTexts& texts, std::string_view name, Place& place, Read read) {
    const auto found = texts.find(name);
    if (found == texts.end()) return true;
    auto value = read(found->second);
    if (value) place = std::move(*value);
    return value.has_value();
}

std::string said(const FilterTexts& texts, std::string_view name) {
    const auto found = texts.find(name);
    return found == texts.end() ? std::string{} : found->second;
}

}  // namespace

bool matches(const Filter& filter, const Entry& entry) {
    const auto& info = entry.info;
    if (filter.state && *filter.state != entry.state) return false;
    if (filter.since && info.accepted < *filter.since) return false;
    if (filter.before && info.accepted >= *filter.before) return false;
    if (!filter.account.empty() && !equal_nocase(filter.account, info.account)) return false;
    const auto& ids = filter.ids;
    if (!ids.empty() && std::ranges::find(ids, entry.id) == ids.end()) return false;
    return is_sender(filter.sender, info.envelope.sender) &&
           (!asks_recipient(filter) || some_recipient_fits(filter, entry));
}

Result<Filter, std::string> parse_filter(const FilterTexts& texts,
                                         std::span<const std::string> ids) {
    constexpr std::string_view kAddress = "address, nor *@example.com";
    Filter filter;
    filter.account = said(texts, "account");
    filter.reply = said(texts, "reply");
    for (const auto& [name, place] :
         {std::pair{"sender", &filter.sender}, std::pair{"recipient", &filter.recipient}}) {
        if (!take(texts, name, *place, parse_pattern)) return fail(no(said(texts, name), kAddress));
    }
    if (!take(texts, "domain", filter.domain, parse_domain_pattern)) {
        return fail(no(said(texts, "domain"), "domain, nor *.example.com"));
    }
    if (!take(texts, "state", filter.state, state_named)) {
        return fail(no(said(texts, "state"), "state; there are incoming, active, deferred, hold"));
    }
    for (const auto& [name, place] :
         {std::pair{"since", &filter.since}, std::pair{"before", &filter.before}}) {
        if (!take(texts, name, *place, audit::parse_timestamp)) {
            return fail(no(said(texts, name), "time"));
        }
    }
    if (ids.size() > kMaxFilterIds) return fail(std::string{"at most 1000 ids at a time"});
    for (const auto& id : ids) {
        if (!is_ulid(id)) return fail(no(id, "queue id"));
        filter.ids.push_back(id);
    }
    return filter;
}

}  // namespace signet::queue
