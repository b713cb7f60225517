#include "admin/common.h"

namespace signet::admin {
namespace {

constexpr std::string_view kParameters[] = {"id"};

Task<Outcome> handle(const Services& services, Request request) {
    const auto id = request.text("id");
    if (!is_ulid(id)) co_return fail(not_found("message", id));
    const auto found = co_await services.queue.find(id);
    if (!found) co_return fail(fault_of(found.error()));
    if (!*found) co_return fail(not_found("message", id));
    co_return Answer{{}, entry_json(**found)};
}

}  // namespace

constinit const Endpoint endpoint_queue_show{"queue.show", kParameters, handle};

}  // namespace signet::admin
