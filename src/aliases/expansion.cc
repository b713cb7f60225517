#include "aliases/expansion.h"

#include <ranges>
#include <utility>

namespace signet::aliases {

std::string_view name(Trouble trouble) {
    switch (trouble) {
    case Trouble::too_many: return "too_many";
    case Trouble::too_deep: return "too_deep";
    case Trouble::too_long: return "too_long";
    }
    std::unreachable();
}

Expansion::Expansion(const Table& table, mail::Mailbox recipient, ExpansionLimits limits)
    : table_(table), limits_(limits) {
    auto folded = recipient.folded();
    nodes_.push_back({std::move(recipient), std::move(folded)});
    open_.push_back(0);
}

void Expansion::answer(bool is_an_accounts) { answer_ = is_an_accounts; }

// The recipient is its own parent, and ends the walk.
bool Expansion::is_on_the_way_to(const Node& node) const {
    for (auto at = node.parent;; at = nodes_[at].parent) {
        const auto& before = nodes_[at];
        if (&before == &node) return false;
        if (before.folded == node.folded) return true;
        if (before.depth == 0) return false;
    }
}

void Expansion::arrive(const Node& node) {
    if (there_.insert(node.folded).second) arrived_.push_back(node.mailbox);
}

// The targets in their order, before whatever else is still open.
std::optional<Trouble> Expansion::go_on(std::size_t index, Table::Found found) {
    const auto depth = nodes_[index].depth + 1;
    if (!found.complete) return Trouble::too_long;
    if (depth > limits_.depth) return Trouble::too_deep;
    if (nodes_.size() + found.targets.size() > limits_.addresses + 1) return Trouble::too_many;
    for (auto& target : found.targets | std::views::reverse) {
        auto folded = target.folded();
        open_.push_back(nodes_.size());
        nodes_.push_back({std::move(target), std::move(folded), index, depth});
    }
    return {};
}

// nullopt: the walk goes on.
std::optional<Step> Expansion::visit(std::size_t index) {
    const auto& node = nodes_[index];
    if (is_on_the_way_to(node)) {
        arrive(node);
        return {};
    }
    if (seen_.contains(node.folded)) return {};
    auto found = table_.find(node.mailbox);
    const bool somebodys =
        found && found->catch_all && (table_.lists(node.mailbox) || answer_.value_or(false));
    if (found && found->catch_all && !somebodys && !answer_) {
        open_.push_back(index);  // once more, with the answer
        return Question{node.mailbox};
    }
    answer_.reset();
    seen_.insert(node.folded);
    if (!found || somebodys) {
        arrive(node);
        return {};
    }
    if (const auto trouble = go_on(index, std::move(*found))) return *trouble;
    return {};
}

Step Expansion::next() {
    while (!open_.empty()) {
        const auto index = open_.back();
        open_.pop_back();
        if (auto step = visit(index)) return std::move(*step);
    }
    return arrived_;
}

}  // namespace signet::aliases
