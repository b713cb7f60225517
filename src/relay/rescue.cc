#include "relay/rescue.h"

#include <utility>

namespace signet::relay {
namespace {

constexpr std::chrono::minutes kNoticed{1};
constexpr std::size_t kPage = 500;

audit::Event event_about(const Services& services, const queue::Entry& entry) {
    audit::Event event;
    event.time = services.clock.wall();
    event.id = services.ids.next();
    event.event = "message.requeued";
    event.reason = "clock_fell_back";
    event.severity = audit::Severity::notice;
    event.service = "relay";
    event.session_id = entry.info.session_id;
    event.account_name = entry.info.account;
    event.message = {.queue_id = entry.id,
                     .message_id = entry.info.message_id,
                     .sender = entry.info.envelope.sender.text(),
                     .recipients = {},
                     .size = entry.content_octets};
    return event;
}

}  // namespace

bool JumpWatch::fell_back() {
    const auto before = std::exchange(offset_, offset());
    return offset_ < before - kNoticed;
}

Task<unsigned> rescue_stalled(const Services& services) {
    unsigned rescued = 0;
    const auto latest = services.clock.wall() + services.retry.max + kNoticed;
    for (queue::QueueId after;;) {
        const auto page = co_await services.store.list(after, kPage);
        if (!page || page->empty()) co_return rescued;
        after = page->back().id;
        for (const auto& entry : *page) {
            if (entry.due <= latest) continue;
            queue::Edit edit{queue::Edit::Kind::retry_now, event_about(services, entry)};
            const auto edited = co_await services.store.edit(entry.id, std::move(edit));
            if (edited && *edited) ++rescued;
        }
    }
}

}  // namespace signet::relay
