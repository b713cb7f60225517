// The settings from disk: signet.toml, then conf.d/*.toml beside it in byte order, and the files
// that [aliases] names.
#pragma once

#include "base/result.h"
#include "settings/parse.h"

#include <string>
#include <vector>

namespace signet::app {

// E0001, E0311: a file that cannot be read.  Everything else is found by settings::parse and
// settings::read_alias_files.
Result<settings::Parsed, std::vector<settings::Problem>> load_settings(const std::string& path);

// Where the control socket is, as far as the files tell: also if they hold errors, so that a server
// that runs can be asked about them.
std::string find_control_socket(const std::string& path);

// The secret itself, from where the settings say it is; a last line end is not part of it.
// The error is a sentence that names the place and never the secret.
Result<Secret, std::string> read_secret(const settings::SecretSource& source);

}  // namespace signet::app
