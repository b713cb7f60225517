#include "app/event_counter.h"

#include <utility>

namespace signet::app {

void EventCounter::record(audit::Event event) {
    count(event);
    next_.record(std::move(event));
}

Result<void, StoreFault> EventCounter::write_through(std::span<const audit::Event> events) {
    auto written = next_.write_through(events);
    if (!written) return written;  // they come again
    for (const auto& event : events) count(event);
    return written;
}

void EventCounter::count(const audit::Event& event) {
    if (event.event == "message.accepted") accepted_.fetch_add(1, std::memory_order_relaxed);
    if (event.event == "message.delivered") delivered_.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace signet::app
