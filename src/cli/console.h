// Where a command reads and writes.  Data goes to `out`, talk to `err`, so that the output of any
// command can be piped.  Nothing is coloured.
#pragma once

#include "base/secret.h"

#include <functional>
#include <iosfwd>
#include <optional>
#include <string_view>

namespace signet::cli {

struct Console {
    std::ostream& out;
    std::ostream& err;
    std::istream& in;
    bool in_is_terminal = false;
    // Asks on the terminal, without showing what is typed.  nullopt: end of file or Ctrl-D.
    std::function<std::optional<Secret>(std::string_view prompt)> ask_hidden;
};

// Standard input, output and error of the process.
Console process_console();

// All of standard input, one line end at its end taken away; nullopt: more than `limit` octets.
std::optional<Secret> read_secret_from(std::istream& in, std::size_t limit);

}  // namespace signet::cli
