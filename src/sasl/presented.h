// Who an initial response says that its sender is.
#pragma once

#include "base/secret.h"

#include <string>
#include <string_view>

namespace signet::sasl {

// The authcid; empty where the mechanism, or the response, does not tell it.
std::string presented_user(std::string_view mechanism, const Secret& initial);

}  // namespace signet::sasl
