// application/x-www-form-urlencoded, as OAuth posts it (RFC 6749 appendix B).
#pragma once

#include "base/secret.h"

#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace signet::oauth {

inline constexpr std::string_view kFormType = "application/x-www-form-urlencoded";

// Letters, digits and *-._ as they are, a space as "+", all else as %XX.
std::string form_encode(std::string_view text);

// "a=b&c=d", in the order given.  A secret, for one of the values may be.
Secret form(std::span<const std::pair<std::string_view, std::string_view>> fields);

// RFC 6749 §2.3.1: "Basic " and both, form-encoded, with a colon between and in base64.
Secret basic_authorization(std::string_view client_id, std::string_view client_secret);

}  // namespace signet::oauth
