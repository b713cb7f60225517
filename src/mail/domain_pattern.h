// Patterns of domains, as routes and trusted networks have them.
#pragma once

#include <string_view>

namespace signet::mail {

// A pattern is a domain ("example.com", "[192.0.2.1]"), all names below one ("*.example.com", but
// not example.com itself), or everything ("*").  Compared without case.
bool domain_fits(std::string_view pattern, std::string_view domain);

}  // namespace signet::mail
