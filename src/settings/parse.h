// From the text of the settings to a Snapshot.  Opens no file: the caller reads them.
#pragma once

#include "base/result.h"
#include "settings/document.h"
#include "settings/problem.h"
#include "settings/snapshot.h"

#include <span>
#include <vector>

namespace signet::settings {

struct Parsed {
    Snapshot snapshot;
    std::vector<Problem> warnings;
    Places places;  // for what is found out later, with the files at hand: see safety.h
};

// The main file first, then those of conf.d in their order.  [[listener]] and [[route]] add up
// over all files; any other setting may stand in one file only (E0107).
// On failure: every problem that could be found, errors and warnings, by file and line; at most
// kMaxProblems.  On success: what validate() has to say is done too.
Result<Parsed, std::vector<Problem>> parse(std::span<const SourceText> files);

constexpr std::size_t kMaxProblems = 100;

}  // namespace signet::settings
