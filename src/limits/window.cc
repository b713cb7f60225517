#include "limits/window.h"

#include <algorithm>
#include <utility>

namespace signet::limits {

using std::chrono::ceil;
using std::chrono::floor;
using std::chrono::microseconds;
using std::chrono::seconds;

namespace {

// Rounded up: 60 parts are never shorter than the window.  A window without length is none that the
// settings or the accounts can have, and must not end us.
microseconds width_of(const Rate& rate) {
    const auto window = microseconds{rate.window};
    return std::max(microseconds{1}, (window + microseconds{Window::kParts - 1}) / Window::kParts);
}

}  // namespace

std::int64_t Window::number_of(SteadyTime time) const {
    return floor<microseconds>(time.time_since_epoch()) / width_;
}

SteadyTime Window::end_of(std::int64_t number) const { return SteadyTime{width_ * (number + 1)}; }

void Window::add(SteadyTime when, std::uint64_t count) {
    const auto number = number_of(when);
    total_ += count;
    if (parts_.empty() || parts_.back().number < number) {
        parts_.push_back({number, count, when});
        return;
    }
    auto& newest = parts_.back();  // also from a thread that read the clock a little earlier
    newest.count += count;
    newest.last = std::max(newest.last, when);
}

// Each part as if all of it had come with its newest: never too soon forgotten, and the same
// however often it is done, as sessions with old and new settings take turns.
void Window::cut_anew(microseconds width) {
    const auto old = std::exchange(parts_, {});
    width_ = width;
    total_ = 0;
    for (const auto& part : old) add(part.last, part.count);
}

void Window::fit(const Rate& rate, SteadyTime now) {
    if (const auto width = width_of(rate); width != width_) cut_anew(width);
    const auto current = number_of(now);
    const auto kept = std::ranges::find_if(
        parts_, [&](const Part& part) { return part.number + kParts >= current; });
    for (auto part = parts_.begin(); part != kept; ++part) total_ -= part->count;
    parts_.erase(parts_.begin(), kept);
}

seconds Window::wait(const Rate& rate, std::uint64_t count, SteadyTime now) const {
    if (count > rate.count) return rate.window;
    const auto needed = total_ - (rate.count - count);
    std::uint64_t freed = 0;
    for (const auto& part : parts_) {
        freed += part.count;
        if (freed >= needed) return ceil<seconds>(end_of(part.number + kParts) - now);
    }
    return rate.window;
}

Decision Window::room(const Rate& rate, std::uint64_t count, SteadyTime now) {
    fit(rate, now);
    if (count <= rate.count && total_ <= rate.count - count) return {};
    return {.allowed = false, .retry_after = wait(rate, count, now)};
}

Decision Window::take(const Rate& rate, std::uint64_t count, SteadyTime now) {
    auto decision = room(rate, count, now);
    if (!decision.allowed || count == 0) return decision;
    add(now, count);
    decision.place = parts_.back().number;
    return decision;
}

void Window::give_back(std::uint64_t count, std::int64_t place) {
    const auto part = std::ranges::find(parts_, place, &Part::number);
    if (part == parts_.end()) return;
    const auto given = std::min(count, part->count);
    part->count -= given;
    total_ -= given;
    if (part->count == 0) parts_.erase(part);
}

bool Window::past(SteadyTime now) const {
    return parts_.empty() || parts_.back().number + kParts < number_of(now);
}

}  // namespace signet::limits
