// Whether a password is known from breaches of other sites (keeper only).
#pragma once

#include "base/result.h"
#include "base/secret.h"

#include <string>

namespace signet::identity {

// Safe for concurrent use.
class BreachedPasswords {
public:
    virtual ~BreachedPasswords() = default;
    // Blocks: on a worker pool only.  false: it is not, or there is no list here.  The fault is a
    // sentence: there is a list, and nobody can say.
    virtual Result<bool, std::string> knows(const Secret& password) const = 0;
};

}  // namespace signet::identity
