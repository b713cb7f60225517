// The files of the audit log, for commands that read them without a server.
#pragma once

#include "base/result.h"
#include "cli/command.h"
#include "observe/audit_files.h"

#include <memory>
#include <string>

namespace signet::cli {

struct AuditLog {
    std::unique_ptr<observe::Directory> directory;
    std::string path;
};

// By the settings of the invocation.  Says what is wrong, and the error is how the command ends.
Result<AuditLog, Exit> open_audit(const Invocation& invocation, Console& console);
// Likewise, of a log that could not be read to its end.
Exit cannot_read_audit(const std::string& path, const observe::FileFault& fault, Console& console);

}  // namespace signet::cli
