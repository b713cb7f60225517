#include "settings/changes.h"

#include "settings/described.h"

#include <algorithm>

namespace signet::settings {
namespace {

// What the keeper was built with, what clients of other programs were told, and what would have to
// be torn down first.
constexpr std::string_view kRestart[] = {
    "hostname",
    "tls.ticket_key_life",
    "auth.cache_life",
    "auth.hash_threads",
    "auth.hash_wait",
    "auth.argon2_memory",
    "auth.argon2_passes",
    "auth.scram",
    "auth.scram_iterations",
    "auth.default_domain",
    "storage",
    "queue.retry_first",
    "queue.retry_max",
    "queue.lifetime",
    "queue.delay_notice",
    "queue.delivery_concurrency",
    "log.format",
    "log.unknown_users",
    "audit",
    "admin",
    "metrics",
};

std::string path_of(const Section& section, const Key& key) {
    return (section.name.empty() ? "" : std::string{section.name} + ".") + std::string{key.name};
}

// section.record() only finds the record of a section that stands once; it changes nothing.
const void* sole(const Section& section, const Snapshot& snapshot) {
    return section.record(const_cast<Snapshot&>(snapshot));
}

struct Item {
    std::string name;
    const void* record;
};

std::vector<Item> items_of(const Section& section, const Snapshot& snapshot) {
    std::vector<Item> items;
    for (std::size_t i = 0;; ++i) {
        const void* const record = section.item(snapshot, i);
        if (record == nullptr) return items;
        auto value = section.keys.front().get(record);
        items.push_back({std::get<std::string>(std::move(value)), record});
    }
}

class Comparison {
public:
    void sole_section(const Section& section, const void* running, const void* next) {
        for (const auto& key : section.keys) compare(key, path_of(section, key), running, next);
    }

    void repeated_section(const Section& section, const std::vector<Item>& running,
                          const std::vector<Item>& next) {
        for (const auto& item : running) {
            if (!find(next, item.name)) note(path(section, item), "there", "gone");
        }
        for (const auto& item : next) {
            const auto* before = find(running, item.name);
            if (!before) {
                note(path(section, item), "none", "there");
                continue;
            }
            for (const auto& key : section.keys) {
                compare(key, path(section, item) + "." + std::string{key.name}, before->record,
                        item.record);
            }
        }
        if (!std::ranges::equal(running, next, {}, &Item::name, &Item::name) &&
            std::ranges::is_permutation(running, next, {}, &Item::name, &Item::name)) {
            note(std::string{section.name}, order(running), order(next));
        }
    }

    void alias_files(const aliases::Table& running, const aliases::Table& next) {
        if (running == next) return;
        const auto text = [](const aliases::Table& table) {
            return std::to_string(table.size()) + " aliases";
        };
        const bool as_many = running.size() == next.size();
        changes_.push_back(
            {"aliases", text(running), as_many ? "as many, others" : text(next), false});
    }

    std::vector<Change> take() { return std::move(changes_); }

private:
    static const Item* find(const std::vector<Item>& items, const std::string& name) {
        const auto found = std::ranges::find(items, name, &Item::name);
        return found == items.end() ? nullptr : &*found;
    }
    static std::string path(const Section& section, const Item& item) {
        return std::string{section.name} + "[" + item.name + "]";
    }
    static std::string order(const std::vector<Item>& items) {
        std::string text;
        for (const auto& item : items) text += (text.empty() ? "" : ", ") + item.name;
        return text;
    }
    void compare(const Key& key, std::string path, const void* running, const void* next) {
        auto before = key.get(running), after = key.get(next);
        auto old_text = value_text(key.type, before), new_text = value_text(key.type, after);
        // Two literal secrets read alike ("***") and may differ.
        if (old_text == new_text && same_secret(before, after)) return;
        const bool restart = needs_restart(path);
        changes_.push_back({std::move(path), std::move(old_text), std::move(new_text), restart});
    }
    static bool same_secret(const Value& before, const Value& after) {
        const auto* a = std::get_if<SecretSource>(&before);
        const auto* b = std::get_if<SecretSource>(&after);
        if (!a || !b || !a->literal || !b->literal) return true;
        return a->literal->reveal() == b->literal->reveal();
    }
    void note(std::string path, std::string before, std::string after) {
        const bool restart = needs_restart(path);
        changes_.push_back({std::move(path), std::move(before), std::move(after), restart});
    }

    std::vector<Change> changes_;
};

}  // namespace

std::span<const std::string_view> keys_that_need_a_restart() { return kRestart; }

bool needs_restart(std::string_view path) {
    return std::ranges::any_of(kRestart, [&](std::string_view listed) {
        return path == listed || (path.starts_with(listed) &&
                                  (path[listed.size()] == '.' || path[listed.size()] == '['));
    });
}

std::vector<Change> changes_between(const Snapshot& running, const Snapshot& next) {
    Comparison comparison;
    for (const auto& section : sections()) {
        if (section.repeated) {
            comparison.repeated_section(section, items_of(section, running),
                                        items_of(section, next));
        } else {
            comparison.sole_section(section, sole(section, running), sole(section, next));
        }
    }
    comparison.alias_files(*running.aliases.table, *next.aliases.table);
    return comparison.take();
}

Snapshot without_what_needs_a_restart(const Snapshot& running, Snapshot next) {
    for (const auto& section : sections()) {
        if (section.repeated) continue;
        for (const auto& key : section.keys) {
            if (!needs_restart(path_of(section, key))) continue;
            key.set(section.record(next), key.get(sole(section, running)));
        }
    }
    return next;
}

}  // namespace signet::settings
