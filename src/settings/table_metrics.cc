#include "settings/described.h"

namespace signet::settings {
namespace {

constexpr Key kKeys[] = {
    with_default(key<&MetricsSettings::bind>(
                     "bind", of_kind(Type::Kind::addresses),
                     "Where `/metrics`, `/livez` and `/readyz` are served over HTTP; an address of "
                     "this machine alone, unless `allow` names who may ask."),
                 "none: they are not served"),
    key<&MetricsSettings::allow>("allow", of_kind(Type::Kind::networks),
                                 "Networks that may ask, besides this machine.")};

}  // namespace

constinit const Section section_metrics{
    .name = "metrics",
    .description = "Figures for Prometheus, and whether the server lives and is ready.",
    .keys = kKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.metrics; },
    .example = "[metrics]\nbind = [\"127.0.0.1:9587\"]\n"};

}  // namespace signet::settings
