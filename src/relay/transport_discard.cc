#include "relay/transport_discard.h"

namespace signet::relay {
namespace {

class DiscardTransport final : public Transport {
public:
    Task<Attempt> deliver(const Load& load) override {
        co_return same_for_all(
            load.consignment, Cause::discarded,
            {queue::RecipientOutcome::Kind::delivered, "250 2.0.0 discarded, as the route says"},
            "nowhere");
    }
};

}  // namespace

std::unique_ptr<Transport> make_discard_transport() { return std::make_unique<DiscardTransport>(); }

}  // namespace signet::relay
