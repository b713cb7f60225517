#include "net/run_task.h"
#include "relay/relay_world.h"

#include <gtest/gtest.h>

namespace signet::relay {
namespace {

using Kind = queue::RecipientOutcome::Kind;
using net::run_task;

TEST(Report, AReportGoesWhereverItsRecipientStandsFor) {
    RelayWorld world;
    auto services = world.services();
    services.expand = [](mail::Recipient to) -> Task<std::vector<mail::Recipient>> {
        EXPECT_EQ(to.mailbox.text(), "ann@example.org");
        co_return std::vector<mail::Recipient>{{{"ann", "home.net"}, to.notify},
                                               {{"dan", "a.net"}}};
    };
    world.accept({"bob@a.net"});
    world.out->answer = [](const Consignment& to, const std::string&) {
        return everybody(to, Kind::failed, "550 5.1.1 no such user");
    };
    run_task(
        deliver(services, world.ways.sessions, std::move(world.claim().at(0)), Deadline::never()));
    const auto left = world.all();
    ASSERT_EQ(left.size(), 1u);
    const auto& recipients = left[0].info.envelope.recipients;
    ASSERT_EQ(recipients.size(), 2u);
    EXPECT_EQ(recipients[0].mailbox.text(), "ann@home.net");
    EXPECT_TRUE(recipients[0].notify.asked) << "never a report about a report";
}

}  // namespace
}  // namespace signet::relay
