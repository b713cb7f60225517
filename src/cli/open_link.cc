#include "cli/link.h"

#include "app/load_settings.h"

#include <ostream>

namespace signet::cli {

Result<std::unique_ptr<Link>, LinkFault> open_link(const Invocation& invocation, Console&) {
    const auto loaded = app::load_settings(invocation.config());
    if (!loaded) {
        const auto& first = loaded.error().front();
        return fail(LinkFault{Exit::settings, "the settings in " + invocation.config() +
                                                  " cannot be used: " + first.message +
                                                  " (signet check says more)"});
    }
    return connect_to(loaded->snapshot.admin.socket);
}

Exit complain(const LinkFault& fault, Console& console) {
    console.err << "signet: " << fault.message << "\n";
    if (fault.exit == Exit::unreachable) console.err << "Start it: signet serve\n";
    return fault.exit;
}

}  // namespace signet::cli
