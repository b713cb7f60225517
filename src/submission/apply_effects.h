// What a verdict asks for besides its decision.
#pragma once

#include "base/task.h"
#include "policy/check.h"

#include <span>
#include <string>

namespace signet::submission {

// Waits as long as all Slow effects say together.  Nothing of other sessions waits.
Task<void> slow_down(std::span<const policy::Effect> effects);

// The header fields of all Tag effects, whole lines.
std::string tags_of(std::span<const policy::Effect> effects);

}  // namespace signet::submission
