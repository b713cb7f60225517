// What every manual of the settings says of one of them, whatever its form.
#pragma once

#include "settings/described.h"

#include <string>

namespace signet::settings {

std::string full_name(const Section& section, const Key& key);  // "auth.cache_life"
std::string header(const Section& section);                     // "[auth]", "[[listener]]"
std::string default_of(const Section& section,
                       const Key& key);  // "required", "\"15m\"", or in words

}  // namespace signet::settings
