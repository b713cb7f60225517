#include "app/store_shelf.h"

#include "settings/changes.h"

#include <algorithm>
#include <utility>

namespace signet::app {
namespace {

std::vector<identity::AccountSource*> sources_of(const StoreShelf::Rows& rows) {
    std::vector<identity::AccountSource*> sources;
    for (const auto& row : rows) {
        if (auto* accounts = row.opened->accounts()) sources.push_back(accounts);
    }
    return sources;
}

std::vector<authn::ChainLink> links_of(const StoreShelf::Rows& rows) {
    std::vector<authn::ChainLink> links;
    for (const auto& row : rows) {
        links.push_back({row.settings.name, row.settings.domains, &row.opened->credentials(),
                         row.opened->proofs(), row.opened->tells()});
    }
    return links;
}

}  // namespace

StoreShelf::StoreShelf(Rows rows, const StoreMaterial& material)
    : rows_(std::move(rows)),
      nobody_(sources_of(rows_)),
      nobodys_(nobody_, material.hasher, material.pool, material.ground.clock,
               material.ground.entropy,
               {.cache_life = std::chrono::seconds{0}, .verifiers = &material.verifiers}),
      chain_(links_of(rows_), nobodys_, material.settings.auth.default_domain) {}

const StoreShelf::Row* StoreShelf::find(std::string_view name) const {
    const auto found = std::ranges::find(
        rows_, name, [](const Row& row) -> std::string_view { return row.settings.name; });
    return found == rows_.end() ? nullptr : &*found;
}

std::vector<std::string> stores_to_open(const settings::Snapshot& running,
                                        const settings::Snapshot& next) {
    constexpr std::string_view kStore = "store[";
    std::vector<std::string> names;
    for (const auto& change : settings::changes_between(running, next)) {
        const auto end = change.path.find(']');
        if (!change.path.starts_with(kStore) || end == std::string::npos) continue;
        if (change.path.substr(end + 1) == ".domains") continue;
        names.push_back(change.path.substr(kStore.size(), end - kStore.size()));
    }
    return names;
}

}  // namespace signet::app
