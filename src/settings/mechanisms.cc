#include "settings/mechanisms.h"

#include "base/text.h"

#include <algorithm>

namespace signet::settings {
namespace {

bool has(const std::vector<std::string>& names, std::string_view mechanism) {
    return std::ranges::any_of(names,
                               [&](const auto& name) { return equal_nocase(name, mechanism); });
}

}  // namespace

std::vector<std::string> named_mechanisms(const Snapshot& settings) {
    auto names = settings.auth.mechanisms;
    for (const auto& rule : settings.sign_in) {
        for (const auto& name : rule.mechanisms) {
            if (!has(names, name)) names.push_back(name);
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
        if (has(rule.mechanisms, mechanism)) return true;
        if (rule.for_everybody() && rule.from.empty()) return false;
    }
    return has(settings.auth.mechanisms, mechanism);
}

}  // namespace signet::settings
