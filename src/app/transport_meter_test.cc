#include "app/transport_meter.h"

#include "net/run_task.h"
#include "relay/session.h"

#include <gmock/gmock.h>

namespace signet::app {
namespace {

using Kind = queue::RecipientOutcome::Kind;
using testing::HasSubstr;

class Scripted final : public relay::Transport {
public:
    Scripted(ManualClock& clock, observe::Registry& registry)
        : clock_(clock), registry_(registry) {}
    Task<relay::Attempt> deliver(const relay::Load&) override {
        clock_.advance(std::chrono::seconds{2});
        during = registry_.text(observe::Exposition::text);
        co_return answer;
    }
    bool wants_one_domain() const override { return one_domain; }
    relay::Attempt answer;
    std::string during;
    bool one_domain = false;

private:
    ManualClock& clock_;
    observe::Registry& registry_;
};

relay::Attempt attempt(relay::Cause cause, std::vector<Kind> kinds, bool tls) {
    relay::Attempt made{.cause = cause};
    for (const auto kind : kinds) made.answers.push_back({.kind = kind});
    if (tls) made.tls = net::TlsInfo{.version = "TLSv1.3", .cipher = {}, .sni = {}};
    return made;
}

TEST(TransportMeter, counts_a_try_while_it_lasts_and_what_came_of_it) {
    ManualClock clock;
    observe::Registry registry;
    const auto inner = std::make_shared<Scripted>(clock, registry);
    const auto transport = metered(inner, registry, clock, "out", "opportunistic");
    const auto text = [&] { return registry.text(observe::Exposition::text); };
    const relay::OpenContent none;
    const auto run = [&](relay::Attempt answer) {
        inner->answer = std::move(answer);
        const relay::Consignment nobody;
        std::unique_ptr<relay::Session> no_session;
        return net::run_task(transport->deliver({nobody, none, Deadline::never(), no_session}));
    };
    EXPECT_THAT(text(), HasSubstr("signet_outbound_connections{route=\"out\"} 0\n"));
    EXPECT_EQ(
        run(attempt(relay::Cause::remote, {Kind::failed, Kind::delivered}, true)).answers.size(),
        2u);
    EXPECT_THAT(inner->during, HasSubstr("signet_outbound_connections{route=\"out\"} 1\n"));
    run(attempt(relay::Cause::remote, {Kind::deferred}, false));
    run(attempt(relay::Cause::tls, {Kind::deferred}, false));
    run(attempt(relay::Cause::connect, {Kind::deferred}, false));
    auto kept = attempt(relay::Cause::remote, {Kind::failed}, true);
    kept.kept_session = true;
    run(std::move(kept));
    for (const auto line :
         {"signet_outbound_connections{route=\"out\"} 0\n", "{route=\"out\",session=\"new\"} 3\n",
          "{route=\"out\",session=\"kept\"} 1\n",
          "_attempt_seconds_sum{route=\"out\",result=\"delivered\"} 2\n",
          "_attempt_seconds_count{route=\"out\",result=\"deferred\"} 3\n",
          "_attempt_seconds_count{route=\"out\",result=\"bounced\"} 1\n",
          "{route=\"out\",policy=\"opportunistic\",result=\"tls\"} 2\n",
          "{route=\"out\",policy=\"opportunistic\",result=\"clear\"} 1\n",
          "{route=\"out\",policy=\"opportunistic\",result=\"failed\"} 1\n"}) {
        EXPECT_THAT(text(), HasSubstr(line));
    }
}

TEST(TransportMeter, a_route_into_a_directory_has_no_tls_to_count) {
    ManualClock clock;
    observe::Registry registry;
    const auto inner = std::make_shared<Scripted>(clock, registry);
    (void)metered(inner, registry, clock, "mail", "");
    EXPECT_THAT(registry.text(observe::Exposition::text),
                testing::Not(HasSubstr("signet_delivery_tls_total")));
}

TEST(TransportMeter, says_of_domains_what_the_transport_says) {
    ManualClock clock;
    observe::Registry registry;
    const auto inner = std::make_shared<Scripted>(clock, registry);
    const auto transport = metered(inner, registry, clock, "mx", "opportunistic");
    EXPECT_FALSE(transport->wants_one_domain());
    inner->one_domain = true;
    EXPECT_TRUE(transport->wants_one_domain());
}

}  // namespace
}  // namespace signet::app
