#include "settings/mechanisms.h"

#include "base/text.h"

#include <algorithm>

namespace signet::settings {
bool is_named(std::string_view mechanism, std::span<const std::string> names) {
    return std::ranges::any_of(names,
                               [&](const auto& name) { return equal_nocase(name, mechanism); });
}

std::vector<std::string> named_mechanisms(const Snapshot& settings) {
    auto names = settings.auth.mechanisms;
    for (const auto& rule : settings.sign_in) {
        for (const auto& name : rule.mechanisms) {
            if (!is_named(name, names)) names.push_back(name);
        }
    }
    return names;
}

bool may_be_used(std::string_view mechanism, const ListenerSettings& listener,
                 const Snapshot& settings) {
    if (!listener.auth) return false;
    for (const auto& rule : settings.sign_in) {
        const bool here =
            rule.listeners.empty() || std::ranges::count(rule.listeners, listener.name) != 0;
        if (!here) continue;
        if (is_named(mechanism, rule.mechanisms)) return true;
        if (rule.for_everybody() && rule.from.empty()) return false;
    }
    return is_named(mechanism, settings.auth.mechanisms);
}

}  // namespace signet::settings
