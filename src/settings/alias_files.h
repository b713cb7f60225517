// What is in the files that [aliases] names.  Opens none of them: the caller reads the texts.
#pragma once

#include "base/result.h"
#include "settings/document.h"
#include "settings/problem.h"
#include "settings/snapshot.h"

#include <span>
#include <vector>

namespace signet::settings {

// All files together, for the domains of these settings.  On failure: every problem with its place,
// at most kMaxProblems of a file.
Result<aliases::TablePtr, std::vector<Problem>> read_alias_files(const Snapshot& settings,
                                                                 std::span<const SourceText> files);

}  // namespace signet::settings
