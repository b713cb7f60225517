#include "cli/open_audit.h"

#include "app/load_settings.h"

#include <cerrno>
#include <ostream>

namespace signet::cli {

Exit cannot_read_audit(const std::string& path, const observe::FileFault& fault, Console& console) {
    console.err << "signet: audit log " << path << ": " << fault.text() << "\n";
    if (fault.error == ENOENT) return Exit::not_found;
    return fault.error == EACCES ? Exit::not_allowed : Exit::failed;
}

Result<AuditLog, Exit> open_audit(const Invocation& invocation, Console& console) {
    const auto loaded = app::load_settings(invocation.config());
    if (!loaded) {
        console.err << settings::render(loaded.error()) << "\n";
        return fail(Exit::settings);
    }
    const auto& settings = loaded->snapshot;
    auto path = settings.audit.directory.empty() ? settings.storage.path + "/audit"
                                                 : settings.audit.directory;
    auto directory = observe::open_directory(path, /*create=*/false);
    if (!directory) return fail(cannot_read_audit(path, directory.error(), console));
    return AuditLog{std::move(*directory), std::move(path)};
}

}  // namespace signet::cli
