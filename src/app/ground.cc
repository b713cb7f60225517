#include "app/ground.h"

#include <cstdlib>

namespace signet::app {
namespace {

observe::LogOptions log_options(const settings::LogSettings& settings) {
    observe::LogOptions options;
    options.level = observe::parse_level(settings.level).value_or(observe::Level::info);
    options.format = observe::parse_format(settings.format).value_or(observe::Format::text);
    options.stamped = ::getenv("JOURNAL_STREAM") == nullptr;  // systemd.exec(5): journald stamps
    return options;
}

}  // namespace

Ground::Ground(const settings::Snapshot& settings)
    : log(clock, stderr_sink, log_options(settings.log)),
      manager(ServiceManager::address_from_environment(), log) {}

}  // namespace signet::app
