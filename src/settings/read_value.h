// From a node of the document to a checked value.
#pragma once

#include "settings/described.h"
#include "settings/document.h"

#include <optional>
#include <string_view>
#include <vector>

namespace signet::settings {

struct Findings {
    std::vector<Problem> problems;
    std::vector<Hidden> hidden;  // literal secrets that were met
};

// nullopt: it is not what `type` asks for, and a problem says why (E0104, E02xx).  A literal secret
// is taken, with the warning W0312.  `key` is the name for messages.
std::optional<Value> read_value(const Node& node, const Type& type, std::string_view key,
                                Findings& findings);

}  // namespace signet::settings
