#include "relay/transport_smarthost.h"

#include "base/invariant.h"
#include "relay/failover.h"
#include "relay/session.h"

#include <algorithm>
#include <utility>

namespace signet::relay {
namespace {

using Kind = queue::RecipientOutcome::Kind;

class SmartHostTransport final : public Transport {
public:
    SmartHostTransport(std::vector<NextHop> hosts, const Clock& clock, Connect connect)
        : hosts_(std::move(hosts)), clock_(clock), connect_(std::move(connect)) {
        INVARIANT(!hosts_.empty(), "a smart host has a name");
        if (hosts_.size() == 1) return;
        for (auto& host : hosts_) {
            host.patience.connect = std::min(host.patience.connect, kConnectOneOfMany);
        }
    }

    Task<Attempt> deliver(const Load& load) override {
        Failover failover{same_for_all(
            load.consignment, Cause::connect,
            {Kind::deferred, "451 4.4.1 no smart host was tried in time"}, hosts_[0].text())};
        auto carried = co_await carry_on(load, clock_);
        const auto asked = carried ? carried->next_hop : std::string{};
        if (carried && !failover.add(std::move(*carried))) co_return failover.take();
        for (const auto& host : hosts_) {
            if (host.text() == asked) continue;
            if (load.deadline.passed(clock_)) break;
            if (!failover.add(co_await hand_over(host, load, {clock_, connect_}))) break;
        }
        co_return failover.take();
    }

private:
    std::vector<NextHop> hosts_;
    const Clock& clock_;
    const Connect connect_;
};

}  // namespace

std::unique_ptr<Transport> make_smart_host_transport(std::vector<NextHop> hosts, const Clock& clock,
                                                     Connect connect) {
    return std::make_unique<SmartHostTransport>(std::move(hosts), clock, std::move(connect));
}

}  // namespace signet::relay
