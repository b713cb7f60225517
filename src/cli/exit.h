// How a command ends; the numbers are a contract (docs/reference/cli.md).
#pragma once

namespace signet::cli {

enum class Exit {
    ok = 0,
    failed = 1,
    usage = 2,        // the command line is wrong
    findings = 3,     // check, at or above --fail-on; or queue export met damage
    unreachable = 4,  // no server, or no target
    not_allowed = 5,
    not_found = 6,
    conflict = 7,    // it is there already, or changed meanwhile
    try_later = 75,  // EX_TEMPFAIL
    settings = 78,   // EX_CONFIG: the settings are invalid
};

}  // namespace signet::cli
