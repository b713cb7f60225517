#include "settings/setting_text.h"

namespace signet::settings {

std::string full_name(const Section& section, const Key& key) {
    return (section.name.empty() ? "" : std::string{section.name} + ".") + std::string{key.name};
}

std::string header(const Section& section) {
    if (section.name.empty()) return "top of the file";
    const auto name = "[" + std::string{section.name} + "]";
    return section.repeated ? "[" + name + "]" : name;
}

std::string default_of(const Section& section, const Key& key) {
    if (key.required) return "required";
    if (!key.default_text.empty()) return std::string{key.default_text};
    Snapshot defaults;
    return value_text(key.type, key.get(section.record(defaults)));
}

}  // namespace signet::settings
