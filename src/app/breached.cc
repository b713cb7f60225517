#include "app/breached.h"

namespace signet::app {

// A list that somebody named has to be there; the one in its usual place need not.
store::BreachedPlace breached_place(const settings::Snapshot& settings) {
    const auto& named = settings.passwords.breached_list;
    if (!named.empty()) return {named, true};
    return {settings.storage.path + "/breached-passwords", false};
}

}  // namespace signet::app
