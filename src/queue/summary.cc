#include "queue/summary.h"

#include <algorithm>
#include <set>
#include <utility>

namespace signet::queue {
namespace {

void add_to(Summary::Part& part, const Entry& entry) {
    if (part.messages++ == 0 || entry.info.accepted < part.oldest) {
        part.oldest = entry.info.accepted;
    }
    part.octets += entry.content_octets;
    if (entry.state != State::hold && (!part.next_try || entry.due < *part.next_try)) {
        part.next_try = entry.due;
    }
}

}  // namespace

void Summary::add(const Entry& entry, WallTime now) {
    add_to(all_, entry);
    last_ = entry.id;
    count(By::sender, entry.info.envelope.sender.text(), entry);
    count(By::state, std::string{name(entry.state)}, entry);
    std::set<std::string> domains, replies;
    for (std::size_t i = 0; i < entry.recipients.size(); ++i) {
        if (entry.recipients[i].state != RecipientState::pending) continue;
        domains.insert(entry.info.envelope.recipients[i].mailbox.domain);
        if (!entry.recipients[i].last_reply.empty()) replies.insert(entry.recipients[i].last_reply);
    }
    for (const auto& domain : domains) count(By::domain, domain, entry);
    for (const auto& reply : replies) count(By::reply, reply, entry);
    const auto age = now - entry.info.accepted;
    const auto fits = [age](const Age& one) {
        return one.under == std::chrono::seconds::max() || age < one.under;
    };
    ++std::ranges::find_if(ages_, fits)->messages;
}

void Summary::count(By by, const std::string& name, const Entry& entry) {
    auto& parts = parts_[by];
    if (parts.size() >= kMaxNames && !parts.contains(name)) {
        left_some_out_ = true;
        return;
    }
    auto& part = parts[name];
    part.name = name;
    add_to(part, entry);
}

std::vector<Summary::Part> Summary::top(By by, std::size_t count) const {
    std::vector<Part> parts;
    const auto found = parts_.find(by);
    if (found == parts_.end()) return parts;
    for (const auto& [name, part] : found->second) parts.push_back(part);
    std::ranges::sort(parts, [](const Part& a, const Part& b) {
        return std::pair{b.messages, std::string_view{a.name}} <
               std::pair{a.messages, std::string_view{b.name}};
    });
    if (parts.size() > count) parts.resize(count);
    return parts;
}

}  // namespace signet::queue
