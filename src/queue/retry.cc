#include "queue/retry.h"

#include "base/invariant.h"

#include <algorithm>
#include <cstdint>

namespace signet::queue {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

constexpr std::int64_t kShortenedAtMost = 4;  // by one part in so many

// A pause that is never longer than the nominal one: `max` is a promise.
microseconds shortened(seconds nominal, Entropy& entropy) {
    const auto whole = microseconds{nominal}.count();
    const auto span = static_cast<std::uint64_t>(whole / kShortenedAtMost) + 1;
    return microseconds{whole - static_cast<std::int64_t>(draw(entropy) % span)};
}

// How long a message was tried for, as its tries tell it: the sum of the pauses between them.
seconds told_by_tries(const RetrySchedule& schedule, unsigned tries, seconds enough) {
    seconds sum{0};
    for (unsigned i = 1; i < tries && sum < enough; ++i) sum += nominal_pause(schedule, i);
    return sum;
}

}  // namespace

seconds nominal_pause(const RetrySchedule& schedule, unsigned tries) {
    INVARIANT(tries > 0 && schedule.first >= seconds{1},
              "a pause has a length, and comes behind a try");
    auto pause = schedule.first;
    for (unsigned i = 1; i < tries && pause < schedule.max; ++i) pause *= 2;
    return std::min(pause, schedule.max);
}

WallTime given_up_at(const RetrySchedule& schedule, WallTime accepted, WallTime now) {
    return std::max(accepted + schedule.lifetime, now);
}

std::optional<WallTime> next_try(const RetrySchedule& schedule, unsigned tries, WallTime accepted,
                                 WallTime now, Entropy& entropy) {
    const auto tried_for = told_by_tries(schedule, tries, 2 * schedule.lifetime);
    const bool old_by_clock = now - accepted >= schedule.lifetime;
    const bool old_by_tries = tried_for >= schedule.lifetime;
    if (old_by_tries && (old_by_clock || tried_for >= 2 * schedule.lifetime)) return {};
    return now + shortened(nominal_pause(schedule, tries), entropy);
}

}  // namespace signet::queue
