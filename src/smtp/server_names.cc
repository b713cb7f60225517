// What the audit log, the metrics and the settings call the values of server_protocol.h.
#include "smtp/server_protocol.h"

#include <utility>

namespace signet::smtp {

using Why = Refused::Why;

std::string_view name(Role role) {
    switch (role) {
    case Role::submission: return "submission";
    case Role::submissions: return "submissions";
    case Role::mx: return "mx";
    }
    std::unreachable();
}

std::string_view name(Refused::Why why) {
    switch (why) {
    case Why::syntax: return "syntax";
    case Why::order: return "order";
    case Why::too_long: return "too_long";
    case Why::bare_newline: return "bare_newline";
    case Why::nul: return "nul";
    case Why::too_big: return "too_big";
    case Why::tls_required: return "tls_required";
    case Why::auth_required: return "auth_required";
    case Why::plaintext_after_starttls: return "plaintext_after_starttls";
    case Why::foreign_protocol: return "foreign_protocol";
    case Why::too_many_errors: return "too_many_errors";
    case Why::too_many_commands: return "too_many_commands";
    case Why::too_many_recipients: return "too_many_recipients";
    case Why::early_talker: return "early_talker";
    case Why::unframed: return "unframed";
    }
    std::unreachable();
}

}  // namespace signet::smtp
