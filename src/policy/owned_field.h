// What check_header_from and check_header_sender have in common.
#pragma once

#include "policy/check.h"

#include <string_view>

namespace signet::policy {

// Pass if the field is not there, or every mailbox in it is the login's.  What cannot be read, or
// can be read in two ways, belongs to nobody.  REQUIRES: facts.login
Decision judge_owned_field(const Facts& facts, std::string_view name, const AddressField& field);

}  // namespace signet::policy
