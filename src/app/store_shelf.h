// The credential stores that one state of the settings names, in their order, as one store.
//
// New settings make another shelf; a store whose settings are as they were is taken along, with its
// connections and what it knows.
#pragma once

#include "app/open_store.h"
#include "authn/store_chain.h"
#include "store/credentials_database.h"
#include "store/nobody.h"

#include <memory>
#include <string>
#include <vector>

namespace signet::app {

class StoreShelf {
public:
    // A store with what stands about it in the settings.
    struct Row {
        settings::StoreSettings settings;
        std::shared_ptr<OpenedStore> opened;
    };
    using Rows = std::vector<Row>;

    // What the material refers to outlives it.
    StoreShelf(Rows rows, const StoreMaterial& material);

    const Rows& rows() const { return rows_; }
    const Row* find(std::string_view name) const;  // null: there is none
    identity::CredentialStore& store() { return chain_; }
    const authn::StoreChain& chain() const { return chain_; }

private:
    const Rows rows_;
    store::Nobody nobody_;
    store::CredentialsDatabase nobodys_;
    authn::StoreChain chain_;
};

// Those of the new settings that must be opened anew: another one, or one that anything but its
// domains changed of.
std::vector<std::string> stores_to_open(const settings::Snapshot& running,
                                        const settings::Snapshot& next);

}  // namespace signet::app
