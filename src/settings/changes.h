// What differs between the settings in force and those to come, and what of it a running server
// can take up.
#pragma once

#include "settings/snapshot.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signet::settings {

struct Change {
    // "limits.idle"; of a repeated section by its first key: "listener[submission].bind", and
    // "listener[submission]" for one that came or went.
    std::string path;
    std::string old_text, new_text;  // as in the file; a literal secret as "***"
    bool after_restart = false;
};

// In the order of the manual.
std::vector<Change> changes_between(const Snapshot& running, const Snapshot& next);

// A server keeps these as it started with them: "storage.path", "hostname", and all keys of a
// section that is named alone ("audit").
std::span<const std::string_view> keys_that_need_a_restart();
bool needs_restart(std::string_view path);

// `next`, with what needs a restart as it is in `running`.
Snapshot without_what_needs_a_restart(const Snapshot& running, Snapshot next);

}  // namespace signet::settings
