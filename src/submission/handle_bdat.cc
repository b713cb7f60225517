// BDAT (RFC 3030): the content comes in chunks, each answered at its end.
#include "submission/handlers.h"
#include "submission/replies.h"

#include <utility>

namespace signet::submission {

Task<void> handle_bdat(Session& session, const Services& services) {
    auto& transaction = *session.transaction;
    if (transaction.intake || transaction.refusal) co_return;
    transaction.refusal = co_await open_intake(session, services);
}

smtp::Reply handle_chunk_end(Session& session, const Services& services) {
    auto refusal = intake_refusal(session, services);
    if (!refusal) return replies::chunk_taken(session.transaction->intake->octets());
    session.transaction.reset();
    return std::move(*refusal);
}

}  // namespace signet::submission
