// For tests: somebody whose mail is judged.
#pragma once

#include "identity/login.h"

namespace signet::policy {

// Ann may send as ann@example.com, info@example.com and everybody at ann.example.
identity::Login ann();

}  // namespace signet::policy
