// A key that this process draws for itself and nobody else ever knows.
#pragma once

#include "base/entropy.h"
#include "base/secret.h"

namespace signet::crypto {

// For hmac_sha256: kSha256Size octets.
Secret draw_key(Entropy& entropy);

}  // namespace signet::crypto
