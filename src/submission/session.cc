#include "submission/session.h"

#include <utility>

namespace signet::submission {

Session born_again(Session old, net::TlsInfo tls) {
    return Session{.id = std::move(old.id),
                   .listener = std::move(old.listener),
                   .role = old.role,
                   .peer = std::move(old.peer),
                   .local = std::move(old.local),
                   .proxy = std::move(old.proxy),
                   .began = old.began,
                   .tls = std::move(tls),
                   .sign_in = {.failures = old.sign_in.failures}};
}

std::string_view name(End end) {
    switch (end) {
    case End::quit: return "quit";
    case End::peer_gone: return "peer_gone";
    case End::timed_out: return "timed_out";
    case End::tls_failed: return "tls_failed";
    case End::drained: return "drained";
    case End::too_many_failures: return "too_many_failures";
    case End::account_changed: return "account_changed";
    case End::disconnected: return "disconnected";
    case End::refused: return "refused";
    }
    std::unreachable();
}

}  // namespace signet::submission
