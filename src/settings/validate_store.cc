// Rules about credential stores.
#include "settings/judgement.h"

#include <algorithm>
#include <array>

namespace signet::settings {
namespace {

const StoreKind* kind_of(const StoreSettings& store) {
    const auto found = std::ranges::find(store_kinds(), store.kind, &StoreKind::name);
    return found == store_kinds().end() ? nullptr : &*found;
}

bool any_key_written(const Places& places, const std::string& table) {
    const auto first = places.written.lower_bound(table + ".");
    return first != places.written.end() && first->first.starts_with(table + ".");
}

// A key of another kind would be passed over in silence.
void keys_of_its_own_kind(Judgement& judgement) {
    const auto& stores = judgement.settings.stores;
    for (std::size_t i = 0; i < stores.size(); ++i) {
        const auto* own = kind_of(stores[i]);
        if (own == nullptr) continue;
        for (const auto& kind : store_kinds()) {
            const auto table = item("store", i) + "." + std::string{kind.table};
            if (kind.table.empty() || kind.table == own->table) continue;
            if (!any_key_written(judgement.places, table)) continue;
            judgement.add("E0350",
                          "a store of kind `" + stores[i].kind + "` has no settings of `" +
                              std::string{kind.table} + "`",
                          item("store", i),
                          "they belong to kind = \"" + std::string{kind.name} + "\"");
        }
    }
}

void what_a_kind_needs(Judgement& judgement) {
    const auto& stores = judgement.settings.stores;
    const auto need = [&](std::size_t i, std::string_view kind, const std::string& key,
                          bool there) {
        const auto path = item("store", i) + "." + key;
        if (stores[i].kind != kind || there || judgement.places.is_spoiled(path)) return;
        judgement.add("E0351", "the store `" + stores[i].name + "` needs `" + key + "`",
                      item("store", i));
    };
    for (std::size_t i = 0; i < stores.size(); ++i) {
        need(i, "passwd-file", "file.path", !stores[i].file.path.empty());
    }
}

void one_database(Judgement& judgement) {
    const auto& stores = judgement.settings.stores;
    const auto is_database = [](const StoreSettings& store) {
        return store.kind == kDatabaseStore;
    };
    const auto first = std::ranges::find_if(stores, is_database);
    for (std::size_t i = 0; i < stores.size(); ++i) {
        const auto path = item("store", i);
        if (is_database(stores[i]) && &stores[i] != &*first) {
            judgement.add("E0352", "there is one database, and it is named twice", path);
        }
        if (!is_database(stores[i]) && stores[i].name == kDatabaseStore) {
            judgement.add("E0352", "`database` is the name of Signet's own accounts",
                          path + ".name", "give this store another name");
        }
    }
}

void old_passwords(Judgement& judgement) {
    const auto& stores = judgement.settings.stores;
    for (std::size_t i = 0; i < stores.size(); ++i) {
        const auto& file = stores[i].file;
        const auto path = item("store", i) + ".file";
        if (file.plain_passwords) {
            judgement.add("W0350", "passwords stand in `" + file.path + "` as they are",
                          path + ".plain_passwords", "import them, or have them hashed");
        }
        if (file.weak_schemes) {
            judgement.add("W0351",
                          "`" + file.path + "` may hold passwords that are broken in hours",
                          path + ".weak_schemes", "give their owners new ones");
        }
    }
}

constexpr std::array kRules{keys_of_its_own_kind, what_a_kind_needs, one_database, old_passwords};

}  // namespace

void judge_stores(Judgement& judgement) {
    for (const auto rule : kRules) rule(judgement);
}

}  // namespace signet::settings
