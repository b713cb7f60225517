#include "app/door_meter.h"

#include <gmock/gmock.h>

namespace signet::app {
namespace {

using testing::HasSubstr;
using testing::Not;

struct World {
    observe::Registry registry;
    DoorMeter meter{registry, "in"};
    std::string text() const { return registry.text(observe::Exposition::text); }
};

TEST(DoorMeter, commands_are_counted_by_verb_and_what_is_none_is_other) {
    World world;
    EXPECT_THAT(world.text(),
                HasSubstr("signet_smtp_commands_total{listener=\"in\",verb=\"AUTH\"} 0\n"));
    for (const auto verb : {"AUTH", "AUTH", "XFORWARD", "ATRN", "hunter2", "OTHER", "ZZZ"}) {
        world.meter.command(verb);
    }
    const auto text = world.text();
    EXPECT_THAT(text, HasSubstr("verb=\"AUTH\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("verb=\"XFORWARD\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("verb=\"ATRN\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("verb=\"OTHER\"} 3\n"));
    EXPECT_THAT(text, Not(HasSubstr("hunter2")));
}

TEST(DoorMeter, replies_and_messages_are_counted_by_code) {
    World world;
    for (const int code : {250, 250, 421, 299, -5, 99'999}) world.meter.reply(code);
    for (const int code : {250, 451, 452, 554}) world.meter.content_answered(code);
    const auto text = world.text();
    EXPECT_THAT(text, HasSubstr("code=\"250\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("code=\"421\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("code=\"other\"} 3\n"));
    EXPECT_THAT(text, HasSubstr("{listener=\"in\",result=\"accepted\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("{listener=\"in\",result=\"tempfail\"} 2\n"));
    EXPECT_THAT(text, HasSubstr("{listener=\"in\",result=\"rejected\"} 1\n"));
}

TEST(DoorMeter, sessions_are_in_one_state_each) {
    World world;
    {
        submission::PhaseMark one{world.meter}, two{world.meter};
        two.set(submission::Phase::data);
        EXPECT_THAT(world.text(), HasSubstr("{listener=\"in\",state=\"greeting\"} 1\n"));
        EXPECT_THAT(world.text(), HasSubstr("{listener=\"in\",state=\"data\"} 1\n"));
    }
    EXPECT_THAT(world.text(), HasSubstr("{listener=\"in\",state=\"greeting\"} 0\n"));
    EXPECT_THAT(world.text(), HasSubstr("{listener=\"in\",state=\"data\"} 0\n"));
}

TEST(DoorMeter, handshakes_are_counted_by_version_or_by_what_went_wrong) {
    struct Case {
        std::optional<net::IoFault> fault;
        std::string_view version;
        net::HandshakeFault why;
        std::string_view labels;
    };
    using enum net::HandshakeFault;
    constexpr auto tls = net::IoFault::tls;
    for (const auto& c : std::vector<Case>{
             {{}, "TLSv1.3", other, "version=\"TLSv1.3\",result=\"ok\""},
             {{}, "TLSv1.2", other, "version=\"TLSv1.2\",result=\"ok\""},
             {tls, "", no_shared_cipher, "version=\"none\",result=\"no_shared_cipher\""},
             {tls, "", no_shared_version, "version=\"none\",result=\"no_shared_version\""},
             {tls, "", client_alert, "version=\"none\",result=\"client_alert\""},
             {tls, "", not_tls, "version=\"none\",result=\"not_tls\""},
             {tls, "", alpn, "version=\"none\",result=\"alpn\""},
             {net::IoFault::timed_out, "", timeout, "version=\"none\",result=\"timeout\""},
             {net::IoFault::closed, "", other, "version=\"none\",result=\"other\""},
         }) {
        World world;
        world.meter.handshake({.fault = c.fault, .version = c.version, .why = c.why, .took = {}});
        EXPECT_THAT(world.text(), HasSubstr(std::string{c.labels} + "} 1\n")) << c.labels;
    }
}

}  // namespace
}  // namespace signet::app
