// Which SASL mechanisms the settings name, wherever they do.
#pragma once

#include "settings/snapshot.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signet::settings {

// Without case.
bool is_named(std::string_view mechanism, std::span<const std::string> names);

// For anybody at all: auth.mechanisms, and those of the rules of [[sign_in]].
std::vector<std::string> named_mechanisms(const Snapshot& settings);

// Whether clients of this listener may use it: by auth.mechanisms or a rule that can be for them.
bool may_be_used(std::string_view mechanism, const ListenerSettings& listener,
                 const Snapshot& settings);

}  // namespace signet::settings
