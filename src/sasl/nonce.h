// What a side adds to a SCRAM exchange so that no record of another one fits it.
#pragma once

#include "base/entropy.h"

#include <string>

namespace signet::sasl {

// 144 bits as 24 printable octets without ",".
std::string fresh_nonce(Entropy& entropy);

}  // namespace signet::sasl
