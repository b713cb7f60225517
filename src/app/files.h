// Small files that the program writes for itself: keys, passwords, a configuration.
#pragma once

#include "base/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace signet::app {

// The error is a sentence that names the path and the reason.
using FileResult = Result<void, std::string>;

// Makes the directory and those above it that are missing; a new one gets mode 0700.
FileResult make_directory(const std::string& path);

// Whole or not at all: written beside, synced, renamed.  mode as for chmod; never follows a link.
FileResult write_file(const std::string& path, std::string_view content, unsigned mode);

// nullopt: there is none.
Result<std::optional<std::string>, std::string> read_file(const std::string& path);

}  // namespace signet::app
