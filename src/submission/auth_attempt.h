// One AUTH command, from its line to its last reply (RFC 4954 §4).
#pragma once

#include "authn/exchange.h"
#include "base/clock.h"

#include <string>

namespace signet::submission {

struct AuthAttempt {
    std::string mechanism;  // upper case, as IANA writes it
    authn::Exchange exchange;
    SteadyTime began{};
};

}  // namespace signet::submission
