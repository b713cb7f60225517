#include "submission/session_world.h"

namespace signet::submission {

std::string World::serve(smtp::Role role) {
    const auto transcript = stream->transcript();
    const Services services{.clock = clock,
                            .ulids = ulids,
                            .credentials = accounts,
                            .recipients = *serving_directory,
                            .queue = *serving_queue,
                            .audit = audit,
                            .connections = connections,
                            .rates = *serving_rates,
                            .settings = settings,
                            .entropy = entropy,
                            .vouchers = {.tokens = &issuer},
                            .watchers = {.presences = &presences}};
    end = net::run_task(serve_session(
        std::move(stream),
        Door{.listener = "door", .role = role, .meter = meter, .proxies = proxies}, services));
    return transcript->written;
}

}  // namespace signet::submission
