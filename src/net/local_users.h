// Users and groups of this machine.  May ask a directory server: never on an I/O thread.
#pragma once

#include <optional>
#include <string>

namespace signet::net {

// The name, or the number as text when there is none.
std::string user_name(unsigned uid);
std::optional<unsigned> group_id(const std::string& name);

}  // namespace signet::net
