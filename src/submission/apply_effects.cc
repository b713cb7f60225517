#include "submission/apply_effects.h"

#include "net/timer.h"

namespace signet::submission {

Task<void> slow_down(std::span<const policy::Effect> effects) {
    std::chrono::milliseconds pause{};
    for (const auto& effect : effects) {
        if (const auto* slow = std::get_if<policy::Slow>(&effect)) pause += slow->by;
    }
    if (pause.count() > 0) co_await net::sleep_for(pause);
}

std::string tags_of(std::span<const policy::Effect> effects) {
    std::string fields;
    for (const auto& effect : effects) {
        if (const auto* tag = std::get_if<policy::Tag>(&effect)) fields += tag->field();
    }
    return fields;
}

}  // namespace signet::submission
