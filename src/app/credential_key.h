// The key that seals the credentials in the account database.
#pragma once

#include "base/entropy.h"
#include "settings/snapshot.h"
#include "store/account_seal.h"

namespace signet::app {

enum class MissingKey {
    make,  // if nothing is sealed yet
    refuse,
};

// Reads it from where the settings say it is; by default the file `credential-key` below the
// storage path, which alone may be made.  `entropy` outlives the source.
store::KeySource credential_key_source(const settings::StorageSettings& settings, Entropy& entropy,
                                       MissingKey missing);

}  // namespace signet::app
