// Text in columns, for people.
#pragma once

#include <string>
#include <vector>

namespace signet::cli {

// Columns as wide as their widest cell, two blanks between; the last is not padded.  The first row
// is the heading.
std::string in_columns(const std::vector<std::vector<std::string>>& rows);

}  // namespace signet::cli
