#include "app/descriptors.h"

#include "net/dns_resolver.h"

#include <sys/resource.h>
#include <algorithm>

namespace signet::app {
namespace {

// Stores, logs, loops, listening sockets.
constexpr std::uint64_t kOwn = 256;
// Of each ten that are left, one is for a message that is written to a file as it comes in.
constexpr std::uint64_t kForConnections = 9, kOf = 10;
constexpr std::uint64_t kLeast = 16;

std::uint64_t descriptor_limit() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

}  // namespace

std::uint64_t raise_descriptor_limit() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    (void)::setrlimit(RLIMIT_NOFILE, &limit);  // if it fails, what was stays
    return descriptor_limit();
}

unsigned connections_that_fit(const settings::Snapshot& settings, std::uint64_t descriptors) {
    // A delivery has a socket and a file.
    auto own = kOwn + 2 * std::uint64_t{settings.queue.delivery_concurrency};
    const bool asks_dns = std::ranges::any_of(
        settings.routes, [](const auto& route) { return route.mx.has_value(); });
    if (asks_dns) own += net::kDnsDescriptors;
    const auto left = descriptors > own ? (descriptors - own) / kOf * kForConnections : 0;
    const std::uint64_t wanted = settings.limits.connections;
    return static_cast<unsigned>(std::min(wanted, std::max(left, kLeast)));
}

unsigned connections_that_fit(const settings::Snapshot& settings) {
    return connections_that_fit(settings, descriptor_limit());
}

void warn_of_few_descriptors(const settings::Snapshot& settings, observe::Log& log) {
    const auto fit = connections_that_fit(settings);
    if (fit >= settings.limits.connections) return;
    log.write(observe::Level::warning,
              "the limit on open files leaves room for fewer connections than limits.connections; "
              "raise it (LimitNOFILE= of the service, ulimit -Hn)",
              {{"open_files", std::to_string(descriptor_limit())},
               {"connections", std::to_string(fit)},
               {"wanted", std::to_string(settings.limits.connections)}});
}

}  // namespace signet::app
