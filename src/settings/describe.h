// The manual of the settings, from their tables.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signet::settings {

// "auth.cache_life", "auth", "hostname"; "" for all.  nullopt: there is no such key or section.
std::optional<std::string> describe(std::string_view key);
std::string describe_json(std::string_view key);  // [] if there is none

std::vector<std::string> all_keys();  // "hostname", "tls.certificate", "listener.name", …

std::string reference_page();                      // docs/reference/signet.toml.md
std::string manual_page(std::string_view source);  // signet.toml(5) in roff, of that version
std::string sample();                              // all examples together: a complete file

}  // namespace signet::settings
