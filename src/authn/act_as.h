// Who may act as whom: setting [[act_as]].
#pragma once

#include "identity/login.h"
#include "settings/snapshot.h"

#include <span>
#include <string_view>

namespace signet::authn {

// account: folded.
bool may_act_as(std::span<const settings::ActAsSettings> rules, const identity::Login& who,
                std::string_view account);

}  // namespace signet::authn
