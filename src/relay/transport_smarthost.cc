#include "relay/transport_smarthost.h"

#include <utility>

namespace signet::relay {
namespace {

class SmartHostTransport final : public Transport {
public:
    SmartHostTransport(NextHop smart_host, const Clock& clock, Connect connect)
        : smart_host_(std::move(smart_host)), clock_(clock), connect_(std::move(connect)) {}

    Task<Attempt> deliver(const Consignment& consignment, const OpenContent& open,
                          Deadline deadline) override {
        const Load load{consignment, open, deadline};
        co_return co_await hand_over(smart_host_, load, {clock_, connect_});
    }

private:
    const NextHop smart_host_;
    const Clock& clock_;
    const Connect connect_;
};

}  // namespace

std::unique_ptr<Transport> make_smart_host_transport(NextHop smart_host, const Clock& clock,
                                                     Connect connect) {
    return std::make_unique<SmartHostTransport>(std::move(smart_host), clock, std::move(connect));
}

}  // namespace signet::relay
