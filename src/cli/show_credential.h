// A credential for people.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace signet::cli {

std::string show_credential(std::string_view credential);
// ID, TYPE, LABEL, STATE, LAST USED, MAY.
std::vector<std::string> credential_row(std::string_view credential);

}  // namespace signet::cli
