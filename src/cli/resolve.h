// Which command the words mean.
#pragma once

#include "base/result.h"
#include "cli/command.h"

#include <string>
#include <vector>

namespace signet::cli {

struct Resolved {
    const Command* command = nullptr;    // null: help was asked for, or nothing at all
    std::string noun;                    // then: the help of this noun alone; may be empty
    std::vector<std::string> arguments;  // what follows the words, and what came before them
};

// The order is `noun verb`; `verb noun` means the same.  rm and remove are delete, ls is list, get
// is show.  The error is a sentence, with the nearest known word.
Result<Resolved, std::string> resolve(std::span<const std::string> words);

}  // namespace signet::cli
