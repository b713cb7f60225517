// queue.retry and queue.delete: the event is part of the queue's own commit.
#include "admin/common.h"

namespace signet::admin {
namespace {

constexpr std::string_view kParameters[] = {"id"};

Task<Outcome> edit(const Services& services, Request request, queue::Edit::Kind kind,
                   std::string event) {
    const auto id = request.text("id");
    if (!is_ulid(id)) co_return fail(not_found("message", id));
    const auto found = co_await services.queue.find(id);
    if (!found) co_return fail(fault_of(found.error()));
    if (!*found) co_return fail(not_found("message", id));
    const auto done = co_await services.queue.edit(
        id, queue::Edit{kind, queue_event(services, request, event, **found)});
    if (!done && done.error() == StoreFault::conflict) {
        co_return fail(Fault{Fault::Kind::conflict, "message " + id + " is being delivered now"});
    }
    if (!done) co_return fail(fault_of(done.error()));
    if (!*done) co_return fail(not_found("message", id));
    co_return Answer{{}, entry_json(**found)};
}

Task<Outcome> retry(const Services& services, Request request) {
    return edit(services, std::move(request), queue::Edit::Kind::retry_now, "message.retried");
}

Task<Outcome> remove(const Services& services, Request request) {
    return edit(services, std::move(request), queue::Edit::Kind::remove, "message.deleted");
}

}  // namespace

constinit const Endpoint endpoint_queue_retry{"queue.retry", kParameters, retry};
constinit const Endpoint endpoint_queue_delete{"queue.delete", kParameters, remove};

}  // namespace signet::admin
