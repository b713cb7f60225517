#include "relay/transport_mx.h"

#include <algorithm>
#include <utility>

namespace signet::relay {
namespace {

using Kind = queue::RecipientOutcome::Kind;

// What is known of each recipient so far.  A host's own answer stays until another host has one:
// that a backup cannot be reached says less than what the first one said.
class Tally {
public:
    explicit Tally(const Consignment& consignment) : consignment_(consignment) {
        const Answer untried{Kind::deferred, "451 4.4.1 no mail exchanger was tried in time"};
        attempt_ = same_for_all(consignment, Cause::connect, untried, "");
    }

    bool all_decided() const { return open().empty(); }
    // The message for those who are not decided about.
    Consignment rest() const {
        auto rest = consignment_;
        rest.envelope.recipients.clear();
        for (const auto i : open()) {
            rest.envelope.recipients.push_back(consignment_.envelope.recipients[i]);
        }
        return rest;
    }
    // REQUIRES: `tried` is about rest().
    void add(Attempt tried) {
        const bool answered = tried.cause != Cause::connect;
        if (answered_ && !answered) return;
        answered_ |= answered;
        const auto recipients = open();
        for (std::size_t i = 0; i < recipients.size(); ++i) {
            attempt_.answers[recipients[i]] = std::move(tried.answers[i]);
        }
        attempt_.cause = tried.cause;
        attempt_.next_hop = std::move(tried.next_hop);
        attempt_.tls = std::move(tried.tls);
        attempt_.maybe_delivered = tried.maybe_delivered;
    }
    Attempt take() { return std::move(attempt_); }

private:
    std::vector<std::size_t> open() const {
        std::vector<std::size_t> open;
        for (std::size_t i = 0; i < attempt_.answers.size(); ++i) {
            if (attempt_.answers[i].kind == Kind::deferred) open.push_back(i);
        }
        return open;
    }

    const Consignment& consignment_;
    Attempt attempt_;
    bool answered_ = false;
};

// Whether the next host may do better.  Behind a lost final dot the message may be there already;
// what is wrong here is wrong for every host.
bool goes_on_after(const Attempt& attempt) {
    const bool here = attempt.cause == Cause::content || attempt.cause == Cause::local;
    return !here && !attempt.maybe_delivered;
}

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

    Task<Attempt> deliver(const Consignment& consignment, const OpenContent& open,
                          Deadline deadline) override {
        const Load load{consignment, open, deadline};
        const auto& domain = consignment.envelope.recipients.front().mailbox.domain;
        if (domain.starts_with('[')) co_return co_await deliver_to_literal(domain, load);
        const auto name = dns::Name::parse(domain);
        if (!name || name->is_root()) {
            co_return nowhere(load, {{Kind::failed, "550 5.1.2 " + domain + " is no domain"}});
        }
        const auto mx = co_await ask(*name, dns::Type::mx, deadline);
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
        Tally tally{load.consignment};
        Budget budget;
        std::optional<DeadEnd> dead_end;
        bool tried = false;
        for (const auto& host : hosts) {
            const auto v6 = co_await ask(host, dns::Type::aaaa, load.deadline);
            const auto v4 = co_await ask(host, dns::Type::a, load.deadline);
            const auto addresses = mx_addresses(host, v4, v6, options_.rules);
            if (!addresses) {
                dead_end = worse_of(std::move(dead_end), addresses.error());
                if (addresses.error().is_self) break;  // the rest is no better than we are
                continue;
            }
            tried = true;
            const bool go_on = co_await try_host(host.text(), *addresses, load, tally, budget);
            if (!go_on) break;
        }
        if (!tried && dead_end) co_return nowhere(load, *dead_end);
        co_return tally.take();
    }

    // What may still come right outweighs what cannot.
    static DeadEnd worse_of(std::optional<DeadEnd> before, const DeadEnd& now) {
        const bool keep = before && before->answer.kind == Kind::deferred;
        return keep ? std::move(*before) : now;
    }

    // false: there is nothing left to do, or no more is to be tried.
    Task<bool> try_host(const std::string& host, const std::vector<IpAddress>& addresses,
                        const Load& load, Tally& tally, Budget& budget) {
        for (const auto& address : addresses) {
            if (budget.spent() || load.deadline.passed(clock_)) co_return false;
            const auto rest = tally.rest();
            auto attempt = co_await hand_over(hop_to(host, address),
                                              {rest, load.open, load.deadline}, {clock_, connect_});
            --budget.connections;
            if (attempt.cause != Cause::connect) --budget.conversations;
            const bool go_on = goes_on_after(attempt);
            tally.add(std::move(attempt));
            if (!go_on || tally.all_decided()) co_return false;
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
                .timeout = hop.timeout,
                .connect_timeout = std::min(hop.connect_timeout, kMxConnect)};
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
