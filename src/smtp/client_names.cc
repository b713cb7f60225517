#include "smtp/client_protocol.h"

#include <utility>

namespace signet::smtp {

std::string_view name(ClientEnd end) {
    switch (end) {
    case ClientEnd::completed: return "completed";
    case ClientEnd::refused: return "refused";
    case ClientEnd::tls_unavailable: return "tls_unavailable";
    case ClientEnd::tls_failed: return "tls_failed";
    case ClientEnd::injected: return "injected";
    case ClientEnd::auth_unavailable: return "auth_unavailable";
    case ClientEnd::auth_refused: return "auth_refused";
    case ClientEnd::server_unproven: return "server_unproven";
    case ClientEnd::out_of_step: return "out_of_step";
    case ClientEnd::lost_before_dot: return "lost_before_dot";
    case ClientEnd::lost_after_dot: return "lost_after_dot";
    case ClientEnd::unclear_after_dot: return "unclear_after_dot";
    case ClientEnd::content_unavailable: return "content_unavailable";
    case ClientEnd::bare_newline: return "bare_newline";
    }
    std::unreachable();
}

}  // namespace signet::smtp
