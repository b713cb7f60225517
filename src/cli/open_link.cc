#include "app/load_settings.h"
#include "cli/link.h"
#include "cli/offline_link.h"

#include <ostream>

namespace signet::cli {

Result<std::unique_ptr<Link>, LinkFault> open_link(const Invocation& invocation, Console& console,
                                                   Reach reach) {
    auto loaded = app::load_settings(invocation.config());
    if (!loaded) {
        const auto& first = loaded.error().front();
        return fail(LinkFault{Exit::settings, "the settings in " + invocation.config() +
                                                  " cannot be used: " + first.message +
                                                  " (signet check says more)"});
    }
    auto link = connect_to(loaded->snapshot.admin.socket);
    const bool nobody = !link && link.error().exit == Exit::unreachable;
    if (!nobody || reach == Reach::server) return link;
    auto offline = open_offline(std::move(loaded->snapshot));
    if (offline && !invocation.quiet()) {
        console.err << "No server runs: working on its stores.\n";
    }
    return offline;
}

Exit complain(const LinkFault& fault, Console& console) {
    console.err << "signet: " << fault.message << "\n";
    if (fault.exit == Exit::unreachable) console.err << "Start it: signet serve\n";
    return fault.exit;
}

}  // namespace signet::cli
