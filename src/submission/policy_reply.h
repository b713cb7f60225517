// From a policy verdict to the reply the client hears.
#pragma once

#include "policy/check.h"
#include "smtp/reply.h"

#include <optional>

namespace signet::submission {

// nullopt: nothing stands against it.
std::optional<smtp::Reply> refusal_of(const policy::Verdict& verdict);

}  // namespace signet::submission
