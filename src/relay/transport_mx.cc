#include "relay/transport_mx.h"

#include "relay/failover.h"
#include "relay/session.h"

#include <algorithm>
#include <utility>

namespace signet::relay {
namespace {

using Kind = queue::RecipientOutcome::Kind;

class MxTransport final : public Transport {
public:
    MxTransport(MxOptions options, std::shared_ptr<dns::Resolver> resolver, const Clock& clock,
                Entropy& entropy, Connect connect)
        : options_(std::move(options)),
          resolver_(std::move(resolver)),
          clock_(clock),
          entropy_(entropy),
          connect_(std::move(connect)) {}

    bool wants_one_domain() const override { return true; }

    Task<Attempt> deliver(const Load& load) override {
        if (auto carried = co_await carry_on(load, clock_)) co_return std::move(*carried);
        const auto& domain = load.consignment.envelope.recipients.front().mailbox.domain;
        if (domain.starts_with('[')) co_return co_await deliver_to_literal(domain, load);
        const auto name = dns::Name::parse(domain);
        if (!name || name->is_root()) {
            co_return nowhere(load, {{Kind::failed, "550 5.1.2 " + domain + " is no domain"}});
        }
        const auto mx = co_await ask(*name, dns::Type::mx, load.deadline);
        const auto hosts = mx_hosts(*name, mx, options_.rules, entropy_);
        if (!hosts) co_return nowhere(load, hosts.error());
        co_return co_await deliver_to_hosts(*hosts, load);
    }

private:
    struct Budget {
        unsigned connections = kMaxMxConnections, conversations = kMaxMxConversations;
        bool spent() const { return connections == 0 || conversations == 0; }
    };

    Task<DnsResult> ask(const dns::Name& name, dns::Type type, Deadline deadline) const {
        return resolver_->ask({name, type}, Deadline::in(clock_, kMxLookUp).sooner_of(deadline));
    }

    static Attempt nowhere(const Load& load, const DeadEnd& end) {
        return same_for_all(load.consignment, Cause::dns, end.answer, "");
    }

    Task<Attempt> deliver_to_literal(const std::string& literal, const Load& load) {
        const auto address = literal_address(literal, options_.rules);
        if (!address) co_return nowhere(load, address.error());
        co_return co_await hand_over(hop_to(address->text(), *address), load, {clock_, connect_});
    }

    Task<Attempt> deliver_to_hosts(const std::vector<dns::Name>& hosts, const Load& load) {
        Failover failover{
            same_for_all(load.consignment, Cause::connect,
                         {Kind::deferred, "451 4.4.1 no mail exchanger was tried in time"}, "")};
        Budget budget;
        std::optional<DeadEnd> dead_end;
        bool tried = false;
        for (const auto& host : hosts) {
            const auto v6 = co_await ask(host, dns::Type::aaaa, load.deadline);
            const auto v4 = co_await ask(host, dns::Type::a, load.deadline);
            const auto addresses = mx_addresses(host, v4, v6, options_.rules);
            if (!addresses) {
                // What may still come right outweighs what cannot.
                const bool keep = dead_end && dead_end->answer.kind == Kind::deferred;
                if (!keep) dead_end = addresses.error();
                if (addresses.error().is_self) break;  // the rest is no better than we are
                continue;
            }
            tried = true;
            const bool go_on = co_await try_host(host.text(), *addresses, load, failover, budget);
            if (!go_on) break;
        }
        if (!tried && dead_end) co_return nowhere(load, *dead_end);
        co_return failover.take();
    }

    // false: no other host is to be tried.
    Task<bool> try_host(const std::string& host, const std::vector<IpAddress>& addresses,
                        const Load& load, Failover& failover, Budget& budget) {
        for (const auto& address : addresses) {
            if (budget.spent() || load.deadline.passed(clock_)) co_return false;
            auto attempt = co_await hand_over(hop_to(host, address), load, {clock_, connect_});
            --budget.connections;
            if (attempt.cause != Cause::connect) --budget.conversations;
            if (!failover.add(std::move(attempt))) co_return false;
        }
        co_return true;
    }

    NextHop hop_to(const std::string& host, const IpAddress& address) const {
        const auto& hop = options_.hop;
        return {.host = host,
                .address = address.text(),
                .port = hop.port,
                .tls = hop.tls,
                .tls_context = hop.tls_context,
                .hostname = hop.hostname,
                .source = hop.source,
                .patience = {.step = hop.patience.step,
                             .connect = std::min(hop.patience.connect, kConnectOneOfMany)}};
    }

    const MxOptions options_;
    const std::shared_ptr<dns::Resolver> resolver_;
    const Clock& clock_;
    Entropy& entropy_;
    const Connect connect_;
};

}  // namespace

std::unique_ptr<Transport> make_mx_transport(MxOptions options,
                                             std::shared_ptr<dns::Resolver> resolver,
                                             const Clock& clock, Entropy& entropy,
                                             Connect connect) {
    return std::make_unique<MxTransport>(std::move(options), std::move(resolver), clock, entropy,
                                         std::move(connect));
}

}  // namespace signet::relay
