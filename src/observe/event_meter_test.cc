#include "observe/event_meter.h"

#include <gmock/gmock.h>

namespace signet::observe {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Sink final : audit::AuditStore {
    void record(audit::Event event) override { events.push_back(std::move(event)); }
    Result<void, StoreFault> write_through(std::span<const audit::Event> given) override {
        if (fault) return fail(*fault);
        events.insert(events.end(), given.begin(), given.end());
        return {};
    }
    std::vector<audit::Event> events;
    std::optional<StoreFault> fault;
};

struct World {
    Registry registry;
    Sink sink;
    EventMeter meter{sink, registry, {.listeners = {"in"}, .routes = {"out"}}};

    std::string text() const { return registry.text(Exposition::text); }
};

audit::Event event(std::string name, std::string reason = "ok") {
    audit::Event event;
    event.event = std::move(name);
    event.reason = std::move(reason);
    event.outcome = event.reason == "ok" ? audit::Outcome::success : audit::Outcome::failure;
    event.frontend = "in";
    event.service = "submission";
    return event;
}

audit::Event sign_in(std::string reason) {
    auto made = event("auth.attempt", std::move(reason));
    made.mechanism = "PLAIN";
    made.credential_kind = "password";
    made.latency_ms = 30;
    return made;
}

TEST(EventMeter, everything_it_can_count_is_there_at_zero) {
    const auto text = World{}.text();
    for (const std::string_view series :
         {"signet_connections_total{listener=\"in\",result=\"refused_limit\"} 0\n",
          "signet_auth_attempts_total{service=\"submission\",mechanism=\"PLAIN\","
          "credential=\"password\",outcome=\"failure\",reason=\"bad_password\"} 0\n",
          "signet_auth_duration_seconds_count{mechanism=\"LOGIN\",outcome=\"success\"} 0\n",
          "signet_audit_events_total{event=\"message.accepted\"} 0\n",
          "signet_delivery_attempts_total{route=\"out\",result=\"bounced\",cause=\"tls\"} 0\n",
          "signet_delivery_duration_seconds_count{route=\"out\"} 0\n",
          "signet_message_bytes_count 0\n"}) {
        EXPECT_THAT(text, HasSubstr(series));
    }
}

TEST(EventMeter, sign_ins_are_counted_by_outcome_and_reason) {
    World world;
    world.meter.record(sign_in("ok"));
    world.meter.record(sign_in("bad_password"));
    world.meter.record(sign_in("bad_password"));
    world.meter.record(sign_in("something new"));
    auto in_the_clear = sign_in("tls_required");
    world.meter.record(in_the_clear);
    const auto text = world.text();
    const std::string begin =
        "signet_auth_attempts_total{service=\"submission\",mechanism=\"PLAIN\",credential="
        "\"password\",outcome=";
    EXPECT_THAT(text, HasSubstr(begin + "\"success\",reason=\"ok\"} 1\n"));
    EXPECT_THAT(text, HasSubstr(begin + "\"failure\",reason=\"bad_password\"} 2\n"));
    EXPECT_THAT(text, HasSubstr(begin + "\"failure\",reason=\"other\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("signet_auth_cleartext_refused_total{listener=\"in\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("signet_auth_duration_seconds_bucket{mechanism=\"PLAIN\",outcome="
                                "\"failure\",le=\"0.05\"} 3\n"));
    EXPECT_EQ(world.sink.events.size(), 5u);
}

TEST(EventMeter, reasons_of_tokens_are_one_here) {
    World world;
    for (const auto* reason : {"token_expired", "token_audience"}) {
        auto refused = sign_in(reason);
        refused.mechanism = "XOAUTH2";
        refused.credential_kind = "token";
        world.meter.record(refused);
    }
    EXPECT_THAT(world.text(),
                HasSubstr("signet_auth_attempts_total{service=\"submission\",mechanism=\"XOAUTH2\","
                          "credential=\"token\",outcome=\"failure\",reason=\"token\"} 2\n"));
}

TEST(EventMeter, security_23_what_a_client_wrote_is_never_a_label) {
    World world;
    auto strange = sign_in("unknown_account");
    strange.user_name = "s3cret-user";
    strange.account_name = "s3cret-account";
    strange.mechanism = "s3cret-mechanism";
    strange.client.ip = "192.0.2.77";
    strange.frontend = "s3cret-listener";
    strange.service = "s3cret-service";
    strange.credential_kind = "s3cret-kind";
    world.meter.record(strange);
    strange.event = "s3cret.event";
    world.meter.record(strange);
    strange.event = "message.delivered";
    strange.delivery = {"s3cret-route", "s3cret-hop", 1};
    world.meter.record(strange);
    EXPECT_THAT(world.text(), Not(HasSubstr("s3cret")));
    EXPECT_THAT(world.text(), Not(HasSubstr("192.0.2.77")));
    EXPECT_THAT(world.text(), HasSubstr("signet_audit_events_total{event=\"other\"} 1\n"));
}

TEST(EventMeter, connections_that_are_turned_away_are_counted_and_other_refusals_are_not) {
    World world;
    for (const auto reason : {"too_many_connections", "too_many_from_network", "tls_other"}) {
        world.meter.record(event("session.refused", reason));
    }
    EXPECT_THAT(world.text(), HasSubstr("{listener=\"in\",result=\"refused_limit\"} 2\n"));
}

TEST(EventMeter, what_was_too_fast_is_counted_by_whose_rate_it_was) {
    World world;
    EXPECT_THAT(world.text(),
                HasSubstr("signet_throttled_total{scope=\"account\",action=\"defer\"} 0\n"));
    for (const auto reason : {"connection_rate", "command_rate", "too_many_from_network"}) {
        world.meter.record(event("session.refused", reason));
    }
    for (const auto reason : {"rate_messages", "rate_recipients", "account_size", "relay"}) {
        world.meter.record(event("message.rejected", reason));
    }
    world.meter.record(event("message.rejected", "rate_messages"));
    EXPECT_THAT(world.text(),
                HasSubstr("signet_throttled_total{scope=\"account\",action=\"defer\"} 3\n"));
    EXPECT_THAT(world.text(),
                HasSubstr("signet_throttled_total{scope=\"network\",action=\"block\"} 2\n"));
    // A command that came too fast ends a connection that was let in.
    EXPECT_THAT(world.text(), HasSubstr("{listener=\"in\",result=\"refused_limit\"} 2\n"));
}

TEST(EventMeter, what_is_refused_is_counted_by_the_rule_that_decided) {
    World world;
    const auto line = [](std::string_view rule, std::string_view action, int count) {
        return "signet_policy_decisions_total{rule=\"" + std::string{rule} + "\",action=\"" +
               std::string{action} + "\"} " + std::to_string(count) + "\n";
    };
    for (const auto* rule : {"sender_owned", "relay", "header_from", "rate_messages"}) {
        EXPECT_THAT(world.text(), HasSubstr(line(rule, "reject", 0)));
    }
    for (const auto& [rule, action] : {std::pair{"sender_owned", "reject"},
                                       {"sender_owned", "reject"},
                                       {"rate_messages", "defer"},
                                       {"from another world", "reject"}}) {
        auto refused = event("message.rejected", rule);
        refused.policy_rule = rule;
        refused.policy_action = action;
        world.meter.record(refused);
    }
    world.meter.record(event("message.rejected", "mail_loop"));  // no rule decided
    EXPECT_THAT(world.text(), HasSubstr(line("sender_owned", "reject", 2)));
    EXPECT_THAT(world.text(), HasSubstr(line("rate_messages", "defer", 1)));
    EXPECT_THAT(world.text(), HasSubstr(line("other", "reject", 1)));
}

TEST(EventMeter, a_message_is_counted_when_its_event_is_written_and_not_before) {
    World world;
    auto accepted = event("message.accepted");
    accepted.message = audit::Message{.queue_id = "01JV3AAAAAAAAAAAAAAAAAAAAA",
                                      .message_id = {},
                                      .sender = {},
                                      .recipients = {"a", "b"},
                                      .size = 5'000};
    world.sink.fault = StoreFault::full;
    EXPECT_FALSE(world.meter.write_through(std::span{&accepted, 1}));
    EXPECT_EQ(world.meter.accepted(), 0u);
    world.sink.fault.reset();
    EXPECT_TRUE(world.meter.write_through(std::span{&accepted, 1}));
    EXPECT_EQ(world.meter.accepted(), 1u);
    EXPECT_THAT(world.text(), HasSubstr("signet_message_bytes_bucket{le=\"4096.0\"} 0\n"));
    EXPECT_THAT(world.text(), HasSubstr("signet_message_bytes_bucket{le=\"16384.0\"} 1\n"));
    EXPECT_THAT(world.text(), HasSubstr("signet_message_recipients_bucket{le=\"2.0\"} 1\n"));
}

TEST(EventMeter, settings_that_are_refused_show_and_the_time_of_the_last_good_ones_stays) {
    World world;
    auto reloaded = event("config.reloaded");
    reloaded.time = WallTime{std::chrono::seconds{1'795'500'000}};
    world.meter.record(reloaded);
    EXPECT_THAT(world.text(), HasSubstr("\nsignet_config_last_reload_success 1\n"));
    world.meter.record(event("config.rejected"));
    EXPECT_THAT(world.text(), HasSubstr("\nsignet_config_last_reload_success 0\n"));
    EXPECT_THAT(world.text(),
                testing::ContainsRegex("signet_config_last_reload_timestamp_seconds 1.?7955"));
}

TEST(EventMeter, the_names_of_new_settings_have_their_series) {
    World world;
    auto closed = event("session.close");
    closed.frontend = "new";
    world.meter.record(closed);
    EXPECT_THAT(world.text(), Not(HasSubstr("listener=\"new\"")));
    world.meter.know({.listeners = {"new"}, .routes = {"elsewhere"}});
    EXPECT_THAT(world.text(),
                HasSubstr("signet_session_duration_seconds_count{listener=\"new\"} 0\n"));
    world.meter.record(closed);
    EXPECT_THAT(world.text(),
                HasSubstr("signet_session_duration_seconds_count{listener=\"new\"} 1\n"));
    EXPECT_THAT(world.text(), HasSubstr("route=\"elsewhere\""));
    EXPECT_THAT(world.text(), HasSubstr("route=\"out\""));
}

TEST(EventMeter, deliveries_are_counted_by_route_result_and_cause_and_timed_from_the_promise) {
    World world;
    auto delivered = event("message.delivered");
    delivered.delivery = {"out", "mx", 1};
    delivered.message = audit::Message{.queue_id = "01JV3AAAAAAAAAAAAAAAAAAAAA",
                                       .message_id = {},
                                       .sender = {},
                                       .recipients = {},
                                       .size = 1};
    delivered.time = *time_of_ulid(delivered.message->queue_id) + std::chrono::milliseconds{1'500};
    world.meter.record(delivered);
    auto deferred = delivered;
    deferred.event = "message.deferred";
    deferred.reason = "remote_4xx";
    world.meter.record(deferred);
    const auto text = world.text();
    EXPECT_THAT(text, HasSubstr("{route=\"out\",result=\"delivered\",cause=\"ok\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("{route=\"out\",result=\"deferred\",cause=\"remote_4xx\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("signet_delivery_duration_seconds_sum{route=\"out\"} 1.5\n"));
    EXPECT_EQ(world.meter.delivered(), 1u);
}

}  // namespace
}  // namespace signet::observe
