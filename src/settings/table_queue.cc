#include "settings/described.h"

namespace signet::settings {
namespace {

using namespace std::chrono_literals;

constexpr Key kKeys[] = {
    key<&QueueSettings::retry_first>(
        "retry_first", duration(1s, 24h),
        "The wait after the first attempt that did not succeed; each further wait is longer."),
    key<&QueueSettings::retry_max>("retry_max", duration(1s, 7 * 24h),
                                   "The longest wait between two attempts."),
    key<&QueueSettings::lifetime>(
        "lifetime", duration(1min, 365 * 24h),
        "A message that could not be delivered for this long is given up and reported to its "
        "sender."),
    key<&QueueSettings::delay_notice>(
        "delay_notice", duration(0s, 365 * 24h),
        "A sender who signed in is told once when a message has waited for this long, by the next "
        "attempt that does not succeed; \"0s\" tells nobody."),
    key<&QueueSettings::delivery_concurrency>("delivery_concurrency", count(1, 10'000),
                                              "Deliveries at the same time."),
    key<&QueueSettings::delivery_timeout>(
        "delivery_timeout", duration(1s, 1h),
        "How long a smart host may take over one step of a delivery.")};

}  // namespace

constinit const Section section_queue{
    .name = "queue",
    .description = "How long and how often delivery is tried.",
    .keys = kKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.queue; },
    .example = "[queue]\nretry_first = \"1m\"\nlifetime    = \"5d\"\n"};

}  // namespace signet::settings
