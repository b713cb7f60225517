#include "queue/queue_store.h"

#include <utility>

namespace signet::queue {

Task<Result<Accepted, StoreFault>> Draft::commit(MessageInfo info, audit::Event event,
                                                 ToldAtOnce told) {
    const auto kept = co_await do_commit(std::move(info), std::move(event), std::move(told));
    if (!kept) co_return fail(kept.error());
    co_return Accepted{id_};
}

}  // namespace signet::queue
