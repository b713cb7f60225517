// pam-helper: what the server runs to ask PAM (store/serve_pam.h).
#include "cli/command.h"
#include "store/serve_pam.h"

#include <sys/socket.h>

#include <ostream>

namespace signet::cli {
namespace {

constexpr int kSocket = 0;
constexpr std::string_view kExamples[] = {"pam-helper"};

Exit run_helper(const Invocation&, Console& console) {
    int kind = 0;
    socklen_t size = sizeof kind;
    if (::getsockopt(kSocket, SOL_SOCKET, SO_TYPE, &kind, &size) != 0) {
        console.err << "signet: pam-helper is run by the server, not by people\n";
        return Exit::usage;
    }
    return store::serve_pam(kSocket) == 0 ? Exit::ok : Exit::failed;
}

}  // namespace

constinit const Command command_pam_helper{
    .noun = {},
    .verb = "pam-helper",
    .summary = "Ask PAM for the server, which runs this itself",
    .description =
        "A process of its own for each question at a time: PAM's modules may block, and "
        "are ended then. It reads requests from the socket that is its standard input.",
    .arguments = {},
    .examples = kExamples,
    .run = run_helper};

}  // namespace signet::cli
