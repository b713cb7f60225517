// A secret in the settings: where it is, never what it is.
#pragma once

#include "base/secret.h"

#include <memory>
#include <string>

namespace signet::settings {

// Where a secret is; exactly one is set, or none.  It is read when it is used, never kept here:
// only what an administrator wrote into the settings themselves (warning W0312) is in `literal`.
struct SecretSource {
    std::string file, env, credential;  // credential: a name in $CREDENTIALS_DIRECTORY
    std::shared_ptr<const Secret> literal;

    bool empty() const { return file.empty() && env.empty() && credential.empty() && !literal; }
};

}  // namespace signet::settings
