// The people of an identity provider, as its SCIM 2.0 answers list them (RFC 7644 §3.4.2).  Pure.
#pragma once

#include "base/result.h"
#include "identity/staff.h"

#include <string>
#include <string_view>

namespace signet::identity {

// A ListResponse, or an array of those that are its pages.  Somebody who is not `active` is not
// there; of the others `userName` and the addresses in `emails`.  The fault is a sentence: what
// does not hold as many people as it says (`totalResults`) is a part of a list, and none.
Result<Staff, std::string> parse_scim_users(std::string_view json);

}  // namespace signet::identity
