// Who an initial response says that its sender is.
#pragma once

#include "base/secret.h"

#include <string>
#include <string_view>

namespace signet::sasl {

// The authcid; empty where the mechanism, or the response, does not tell it.
std::string presented_user(std::string_view mechanism, const Secret& initial);

// What a client shows by that mechanism, as audit log and metrics call it: "password", "token",
// "certificate", or what it proves itself with, "scram" or "cram_md5".  Empty: there is no such
// mechanism.
std::string_view shown_by(std::string_view mechanism);

}  // namespace signet::sasl
