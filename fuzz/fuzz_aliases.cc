// An alias file of any octets: what is read can be written and read again, each fault lies in the
// text, and every recipient comes to an end, each mailbox once.
#include "aliases/expansion.h"
#include "aliases/read.h"
#include "check.h"

#include <algorithm>
#include <cstdint>

using namespace signet;

namespace {

// "name: target, target", with quotes wherever they may be needed.
std::string written(const aliases::Alias& alias) {
    const auto part = [](const std::string& local_part, const std::string& domain) {
        if (local_part.empty()) return "@" + domain;
        std::string text = "\"";
        for (const char c : local_part) {
            if (c == '"' || c == '\\') text += '\\';
            text += c;
        }
        return text + (domain.empty() ? "\"" : "\"@" + domain);
    };
    auto text = part(alias.key.local_part, alias.key.domain) + ":";
    for (const auto& target : alias.targets) {
        text += (text.ends_with(':') ? " " : ", ") + part(target.local_part, target.domain);
    }
    return text + "\n";
}

bool begins_like_more_than_an_address(const std::string& local_part) {
    return local_part.find_first_of("|/:~\\") == 0;
}

void expand(const aliases::Table& table, mail::Mailbox recipient, bool accounts) {
    aliases::Expansion expansion{table, std::move(recipient), {.addresses = 200, .depth = 20}};
    for (int steps = 0;; ++steps) {
        CHECK(steps < 1'000);
        const auto step = expansion.next();
        if (std::holds_alternative<aliases::Question>(step)) {
            expansion.answer(accounts);
            continue;
        }
        if (const auto* trouble = std::get_if<aliases::Trouble>(&step)) {
            CHECK(!aliases::name(*trouble).empty());
            return;
        }
        auto arrived = std::get<aliases::Mailboxes>(step);
        CHECK(!arrived.empty());
        for (auto& one : arrived) one = one.folded();
        std::ranges::sort(arrived);
        CHECK(std::ranges::adjacent_find(arrived) == arrived.end());
        return;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    const auto read = aliases::read_aliases(input);
    for (const auto& fault : read.faults) {
        CHECK(fault.offset <= size && fault.size <= size - fault.offset);
        CHECK(!input.substr(fault.offset, fault.size).contains('\n'));
    }
    std::vector<aliases::Alias> all;
    for (const auto& [alias, offset, octets] : read.entries) {
        CHECK(!alias.targets.empty() && offset + octets <= size);
        all.push_back(alias);
        // In quotes these would be read as what they look like, and refused.
        const bool strange = std::ranges::any_of(alias.targets, [](const auto& target) {
            return begins_like_more_than_an_address(target.local_part);
        });
        if (strange || begins_like_more_than_an_address(alias.key.local_part)) continue;
        const auto again = aliases::read_aliases(written(alias));
        CHECK(again.faults.empty() && again.entries.size() == 1);
        CHECK(again.entries[0].alias == alias);
    }
    std::ranges::sort(all);
    const auto twice = std::ranges::unique(all, {}, &aliases::Alias::key);
    all.erase(twice.begin(), twice.end());
    const aliases::Table table{{{"a", {"b"}}, {"x", {}}}, all};
    for (const auto& alias : all) {
        for (const auto* domain : {"a", "x"}) {
            const auto& name = alias.key.local_part;
            expand(table, {name.empty() ? "nobody" : name, domain}, size % 2 == 0);
        }
    }
    return 0;
}
