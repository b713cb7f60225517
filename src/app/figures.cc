#include "app/figures.h"

#include "app/version.h"
#include "net/tls_library.h"
#include "observe/process_metrics.h"

#include <sys/statvfs.h>
#include <map>

namespace signet::app {
namespace {

using observe::Registry, observe::Sample;
using Samples = std::vector<Sample>;
namespace metric = observe::metric;

double seconds_since_1970(WallTime when) {
    return std::chrono::duration<double>(when.time_since_epoch()).count();
}

// Absent where it cannot be asked.
void add_space(Samples& samples, const char* name, const std::string& path) {
    struct statvfs space{};
    if (::statvfs(path.c_str(), &space) != 0) return;
    samples.push_back(
        {{name}, static_cast<double>(space.f_bavail) * static_cast<double>(space.f_frsize)});
}

// Each by its first name; of two with the same name (ECDSA beside RSA) the one that ends first.
void add_certificates(Registry& registry, const observe::Metric& which, const Wire& wire,
                      WallTime admin::CertificateStatus::* time) {
    registry.on_scrape(which, [&wire, time] {
        std::map<std::string, admin::CertificateStatus> by_name;
        for (const auto& one : wire.certificates()) {
            const auto name = one.names.empty() ? std::string{"none"} : one.names.front();
            const auto [known, fresh] = by_name.try_emplace(name, one);
            if (!fresh && one.not_after < known->second.not_after) known->second = one;
        }
        Samples samples;
        for (const auto& [name, one] : by_name) {
            samples.push_back({{name, "file"}, seconds_since_1970(one.*time)});
        }
        return samples;
    });
}

template <class Read>
void add_queue(Registry& registry, const observe::Metric& which, Keeper& keeper, Read read) {
    registry.on_scrape(which, [&keeper, read] {
        const auto tally = keeper.spool().tally();
        Samples samples;
        for (const auto& [state, part] : {std::pair{"incoming", &tally.incoming},
                                          {"active", &tally.active},
                                          {"deferred", &tally.deferred},
                                          {"hold", &tally.hold}}) {
            if (const auto value = read(*part)) samples.push_back({{state}, *value});
        }
        return samples;
    });
}

void register_queue(Registry& registry, Keeper& keeper) {
    using Part = store::QueueTally::Part;
    using Value = std::optional<double>;
    add_queue(registry, metric::kQueueMessages, keeper,
              [](const Part& part) -> Value { return static_cast<double>(part.messages); });
    add_queue(registry, metric::kQueueBytes, keeper,
              [](const Part& part) -> Value { return static_cast<double>(part.octets); });
    add_queue(registry, metric::kQueueOldest, keeper, [](const Part& part) -> Value {
        if (!part.oldest) return {};
        return seconds_since_1970(*part.oldest);
    });
}

void register_audit(Registry& registry, Keeper& keeper) {
    registry.on_scrape(metric::kAuditFailures, [&keeper] {
        return Samples{{{"file"}, static_cast<double>(keeper.audit_file().failures())}};
    });
    registry.on_scrape(metric::kAuditLag, [&keeper] {
        return Samples{{{"file"}, static_cast<double>(keeper.audit_file().waiting())}};
    });
}

}  // namespace

void register_figures(Registry& registry, const settings::Snapshot& settings, Keeper& keeper,
                      const Wire& wire) {
    registry
        .gauge(metric::kBuildInfo,
               {version(), revision(), "clang " __clang_version__, net::tls_library()})
        .set(1);
    registry.gauge(metric::kStart, {}).set(seconds_since_1970(wire.started()));
    // The settings read at start are in force.
    registry.gauge(metric::kReloadSuccess, {}).set(1);
    registry.gauge(metric::kReloadTime, {}).set(seconds_since_1970(wire.started()));
    registry.on_scrape(metric::kHashQueue, [&keeper] {
        return Samples{{{}, static_cast<double>(keeper.hash_pool().waiting())}};
    });
    registry.on_scrape(metric::kBans, [&keeper] {
        return Samples{{{"auto"}, static_cast<double>(keeper.credentials().banned())}};
    });
    add_certificates(registry, metric::kCertificateNotAfter, wire,
                     &admin::CertificateStatus::not_after);
    add_certificates(registry, metric::kCertificateNotBefore, wire,
                     &admin::CertificateStatus::not_before);
    register_queue(registry, keeper);
    register_audit(registry, keeper);
    const auto& audit = settings.audit.directory;
    registry.on_scrape(metric::kStorageFree,
                       [storage = settings.storage.path,
                        log = audit.empty() ? settings.storage.path + "/audit" : audit] {
                           Samples samples;
                           add_space(samples, "storage", storage);
                           add_space(samples, "audit", log);
                           return samples;
                       });
    observe::register_process_metrics(registry);
}

}  // namespace signet::app
