#include "net/run_task.h"
#include "relay/relay_world.h"

#include <gtest/gtest.h>

namespace signet::relay {
namespace {

using Kind = queue::RecipientOutcome::Kind;
using net::run_task;
using namespace std::chrono_literals;

// Claims what is due and delivers it; false: nothing was due.
bool deliver_next(RelayWorld& world, const Services& services) {
    auto leases = world.claim();
    if (leases.empty()) return false;
    run_task(deliver(services, world.ways.sessions, std::move(leases[0]), Deadline::never()));
    return true;
}
bool deliver_next(RelayWorld& world) { return deliver_next(world, world.services()); }

std::vector<mail::Mailbox> mailboxes(const Consignment& consignment) {
    std::vector<mail::Mailbox> all;
    for (const auto& recipient : consignment.envelope.recipients) all.push_back(recipient.mailbox);
    return all;
}

TEST(Deliver, RecipientsGoByTheirRoutesAndTheMessageLeavesTheQueue) {
    RelayWorld world;
    const auto id = world.accept({"bob@a.net", "cleo@example.org", "dan@b.net"});
    ASSERT_TRUE(deliver_next(world));
    ASSERT_EQ(world.out->seen.size(), 1u);
    ASSERT_EQ(world.here->seen.size(), 1u);
    const auto& sent = world.out->seen[0];
    EXPECT_EQ(mailboxes(sent), (std::vector<mail::Mailbox>{{"bob", "a.net"}, {"dan", "b.net"}}));
    EXPECT_EQ(sent.envelope.sender.text(), "ann@example.org");
    EXPECT_EQ(sent.account, "ann");
    EXPECT_EQ(sent.id, id);
    EXPECT_FALSE(world.find(id));
    EXPECT_EQ(world.events(),
              (std::vector<std::string>{"message.delivered here cleo@example.org ok",
                                        "message.delivered out bob@a.net dan@b.net ok"}));
}

TEST(Deliver, TheSenderAndTheAccountOfTheQueueChooseTheRoute) {
    RelayWorld world;
    const auto reports = std::make_shared<FakeTransport>();
    world.routes.set({{"reports", {{"*"}, {"<>"}}, reports},
                      {"ann", {{"*"}, {"ann@example.org"}, {"a*"}}, world.here},
                      {"rest", {{"*"}}, world.out}});
    world.accept({"bob@a.net"});
    world.accept({"cleo@a.net"}, "x", "eve@example.org");
    world.accept({"dan@a.net"}, "x", "");
    while (deliver_next(world)) {
    }
    EXPECT_EQ(world.events(), (std::vector<std::string>{"message.delivered ann bob@a.net ok",
                                                        "message.delivered rest cleo@a.net ok",
                                                        "message.delivered reports dan@a.net ok"}));
}

TEST(Deliver, DomainByDomainWhereTheTransportWantsThatAndARouteIsNamedOnce) {
    RelayWorld world;
    world.out->one_domain = true;
    world.accept({"bob@a.net", "cleo@example.org", "dan@b.net", "eve@a.net"});
    auto lease = std::move(world.claim()[0]);
    const auto services = world.services();
    EXPECT_EQ(routes_of(services, lease.entry), (std::vector<std::string>{"here", "out"}));
    run_task(deliver(services, world.ways.sessions, std::move(lease), Deadline::never()));
    ASSERT_EQ(world.out->seen.size(), 2u);
    EXPECT_EQ(mailboxes(world.out->seen[0]),
              (std::vector<mail::Mailbox>{{"bob", "a.net"}, {"eve", "a.net"}}));
    EXPECT_EQ(mailboxes(world.out->seen[1]), (std::vector<mail::Mailbox>{{"dan", "b.net"}}));
}

TEST(Deliver, AtARetryAnotherDomainComesFirst) {
    RelayWorld world;
    world.out->one_domain = true;
    world.accept({"bob@a.net", "cleo@b.net", "dan@c.net"});
    std::vector<std::string> order;
    world.out->answer = [&](const Consignment& to, const std::string&) {
        order.push_back(to.envelope.recipients[0].mailbox.domain);
        return everybody(to, Kind::deferred, "451 later");
    };
    std::vector<std::string> first;
    for (int tries = 0; tries < 20; ++tries) {
        order.clear();
        ASSERT_TRUE(deliver_next(world));
        ASSERT_EQ(order.size(), 3u);
        first.push_back(order[0]);
        world.clock.advance(5h);
    }
    EXPECT_EQ(first[0], "a.net");
    for (const auto* domain : {"a.net", "b.net", "c.net"}) {
        EXPECT_GT(std::count(first.begin() + 1, first.end(), domain), 0) << domain;
    }
}

TEST(Deliver, TheContentIsWhatWasAcceptedWithWhatWasPutInFront) {
    RelayWorld world;
    world.accept({"bob@a.net"}, "Subject: x\r\n\r\ny\r\n");
    std::string content;
    world.out->answer = [&](const Consignment& to, const std::string& read) {
        content = read;
        EXPECT_EQ(to.octets, read.size());
        return everybody(to, Kind::delivered, "250 ok");
    };
    deliver_next(world);
    EXPECT_EQ(content, "Received: by relay\r\nSubject: x\r\n\r\ny\r\n");
}

TEST(Deliver, WhoeverIsDeferredIsTriedAgainAloneAndNobodyTwice) {
    RelayWorld world;
    const auto id = world.accept({"bob@a.net", "cleo@b.net"});
    world.out->answer = [](const Consignment&, const std::string&) {
        return attempt_with({{Kind::delivered, "250 ok"}, {Kind::deferred, "451 4.2.1 later"}});
    };
    ASSERT_TRUE(deliver_next(world));
    EXPECT_FALSE(deliver_next(world)) << "not before its time";
    EXPECT_EQ(world.find(id)->attempts, 1u);
    EXPECT_EQ(world.find(id)->recipients[1].last_reply, "451 4.2.1 later");
    world.clock.advance(60s);
    world.out->answer = nullptr;
    ASSERT_TRUE(deliver_next(world));
    EXPECT_EQ(mailboxes(world.out->seen[1]), (std::vector<mail::Mailbox>{{"cleo", "b.net"}}));
    EXPECT_FALSE(world.find(id));
}

TEST(Deliver, WhatFailedIsReportedToTheSenderInTheSameCommit) {
    RelayWorld world;
    world.accept({"bob@a.net", "cleo@a.net"});
    world.out->answer = [](const Consignment&, const std::string&) {
        return attempt_with(
            {{Kind::failed, "550 5.1.1 no such user"}, {Kind::delivered, "250 ok"}});
    };
    ASSERT_TRUE(deliver_next(world));
    const auto left = world.all();
    ASSERT_EQ(left.size(), 1u);
    EXPECT_TRUE(left[0].info.envelope.sender.is_null());
    EXPECT_EQ(left[0].info.envelope.recipients[0].mailbox.text(), "ann@example.org");

    std::string report;
    world.here->answer = [&](const Consignment& to, const std::string& content) {
        report = content;
        return everybody(to, Kind::delivered, "250 ok");
    };
    ASSERT_TRUE(deliver_next(world));
    EXPECT_NE(report.find("bob@a.net"), std::string::npos);
    EXPECT_EQ(report.find("cleo@a.net"), std::string::npos);
    EXPECT_NE(report.find("Subject: hello"), std::string::npos) << "the header goes back";
    EXPECT_EQ(report.find("body"), std::string::npos) << "the body does not";
    EXPECT_TRUE(world.all().empty());
}

TEST(Deliver, TheEventOfAReportNamesBothMessages) {
    RelayWorld world;
    const auto id = world.accept({"bob@a.net", "cleo@a.net"});
    world.out->answer = [](const Consignment&, const std::string&) {
        return attempt_with({{Kind::failed, "550 5.1.1 no such user"}, {Kind::delivered, "250"}});
    };
    ASSERT_TRUE(deliver_next(world));
    const auto left = world.all();
    ASSERT_EQ(left.size(), 1u);
    const auto event = world.audit.events().back();
    EXPECT_EQ(event.event, "message.reported");
    EXPECT_EQ(event.outcome, audit::Outcome::success);
    EXPECT_EQ(event.service, "relay");
    EXPECT_EQ(event.session_id, "SESSION");
    EXPECT_EQ(event.account_name, "ann");
    EXPECT_EQ(event.detail, "failed");
    ASSERT_TRUE(event.message && event.target);
    EXPECT_EQ(event.message->queue_id, id);
    EXPECT_EQ(event.message->sender, "ann@example.org");
    EXPECT_EQ(event.message->recipients, std::vector<std::string>{"bob@a.net"});
    EXPECT_EQ(event.target->kind, "report");
    EXPECT_EQ(event.target->id, left[0].id);
    EXPECT_EQ(event.target->name, left[0].info.message_id);
}

// Keeps what comes home to example.org.
void keep_reports(RelayWorld& world, std::vector<std::string>& reports) {
    world.here->answer = [&](const Consignment& to, const std::string& content) {
        reports.push_back(content);
        return everybody(to, Kind::delivered, "250 ok");
    };
}

TEST(Deliver, ADelayIsReportedOnceAndRemembered) {
    RelayWorld world;
    std::vector<std::string> reports;
    keep_reports(world, reports);
    auto services = world.services();
    services.delay_notice = 4h;
    const auto id = world.accept({"bob@a.net"});
    world.out->answer = [](const Consignment& to, const std::string&) {
        return everybody(to, Kind::deferred, "451 4.7.1 greylisted");
    };
    const auto begun = world.clock.wall();
    while (world.clock.wall() - begun < 4h) {
        if (!deliver_next(world, services)) world.clock.advance(1min);
    }
    EXPECT_TRUE(reports.empty()) << "not before its time";
    while (world.clock.wall() - begun < 48h) {
        if (!deliver_next(world, services)) world.clock.advance(10min);
    }
    ASSERT_EQ(reports.size(), 1u);
    EXPECT_NE(reports[0].find("\r\nAction: delayed\r\n"), std::string::npos);
    EXPECT_NE(reports[0].find("\r\nWill-Retry-Until: "), std::string::npos);
    EXPECT_TRUE(world.find(id)->recipients[0].delay_notified);
}

TEST(Deliver, ASuccessIsReportedWhereItWasAskedForAndNobodyElseReportsIt) {
    for (const auto to : {queue::HandedTo::mailbox, queue::HandedTo::hop_with_dsn,
                          queue::HandedTo::hop_without_dsn}) {
        RelayWorld world;
        std::vector<std::string> reports;
        keep_reports(world, reports);
        world.notify = {.asked = true, .success = true};
        world.accept({"bob@a.net"});
        world.out->answer = [to](const Consignment& consignment, const std::string&) {
            auto attempt = everybody(consignment, Kind::delivered, "250 ok");
            attempt.handed_to = to;
            return attempt;
        };
        while (deliver_next(world)) {
        }
        ASSERT_EQ(reports.size(), to == queue::HandedTo::hop_with_dsn ? 0u : 1u);
        if (reports.empty()) continue;
        const auto* action = to == queue::HandedTo::mailbox ? "delivered" : "relayed";
        EXPECT_NE(reports[0].find("\r\nAction: " + std::string{action} + "\r\n"),
                  std::string::npos);
        EXPECT_EQ(reports[0].find("body"), std::string::npos) << "the body does not go back";
    }
}

TEST(Deliver, security_26_AnAutomaticReplyIsNotReportedThoughItHasASender) {
    RelayWorld world;
    world.accept({"bob@a.net"}, "Auto-Submitted: auto-replied\r\n\r\nI am away.\r\n");
    world.out->answer = [](const Consignment& to, const std::string&) {
        return everybody(to, Kind::failed, "550 5.1.1 no such user");
    };
    ASSERT_TRUE(deliver_next(world));
    EXPECT_TRUE(world.all().empty());
}

TEST(Deliver, security_26_AReportThatFailsIsNeverReported) {
    RelayWorld world;
    world.accept({"bob@a.net"}, "Subject: report\r\n\r\n", "");
    world.out->answer = [](const Consignment& to, const std::string&) {
        return everybody(to, Kind::failed, "550 5.1.1 no such user");
    };
    ASSERT_TRUE(deliver_next(world));
    EXPECT_TRUE(world.all().empty());
    EXPECT_EQ(world.events(), std::vector<std::string>{"message.bounced out bob@a.net remote_5xx"});
}

TEST(Deliver, ADomainThatNoRouteLeadsToFailsAtOnce) {
    RelayWorld world;
    world.accept({"bob@nowhere.test"}, "Subject: x\r\n\r\n", "");
    ASSERT_TRUE(deliver_next(world));
    EXPECT_EQ(world.events(), std::vector<std::string>{"message.bounced  bob@nowhere.test route"});
}

TEST(Deliver, ThePostmasterWithoutADomainIsOurs) {
    RelayWorld world;
    world.routes.set({{"here", {{"relay.example.org"}}, world.here}});
    world.accept({"Postmaster"});
    ASSERT_TRUE(deliver_next(world));
    ASSERT_EQ(world.here->seen.size(), 1u);
    EXPECT_EQ(world.here->seen[0].envelope.recipients[0].mailbox.domain, "relay.example.org");
}

TEST(Deliver, AMessageNobodyTakesIsGivenUpWhenItsLifetimeIsOverAndReportedOnce) {
    RelayWorld world;
    const auto begun = world.clock.wall();
    world.accept({"bob@a.net"});
    world.out->answer = [](const Consignment& to, const std::string&) {
        return everybody(to, Kind::deferred, "451 4.7.1 greylisted");
    };
    unsigned tries = 0;
    while (world.here->seen.empty() && ++tries < 1'000) {
        if (!deliver_next(world)) world.clock.advance(10min);
    }
    EXPECT_GE(world.clock.wall() - begun, 24h * 5);
    EXPECT_LE(world.clock.wall() - begun, 24h * 5 + 5h);
    EXPECT_TRUE(world.all().empty());
    EXPECT_EQ(world.here->seen.size(), 1u);
    EXPECT_EQ(world.events().at(world.events().size() - 2),
              "message.bounced out bob@a.net expired");
}

TEST(Deliver, security_27_ContentThatCannotBeReadIsDeferredAndNothingIsLost) {
    for (const auto fault : {StoreFault::corrupt, StoreFault::unavailable}) {
        RelayWorld world;
        FailingStore store{world.queue};
        const auto id = world.accept({"bob@a.net"});
        store.contents = {fault};
        world.out->answer = [&](const Consignment& to, const std::string& content) {
            EXPECT_EQ(content, "!" + std::string{name(fault)});
            return same_for_all(to, Cause::content, unreadable(fault), "mx.test:25");
        };
        deliver_next(world, world.services_over(store));
        EXPECT_EQ(world.find(id)->recipients[0].state, queue::RecipientState::pending);
    }
}

TEST(GiveUp, EndsAMessageAtOnceAndItsSenderGetsTheReport) {
    RelayWorld world;
    world.out->answer = [](const Consignment& to, const std::string&) {
        return everybody(to, Kind::deferred, "451 4.7.1 greylisted (mx.a.net)");
    };
    const auto id = world.accept({"bob@a.net"});
    deliver_next(world);
    audit::Event by;
    by.event = "queue.bounced";
    by.message.emplace().queue_id = id;
    ASSERT_TRUE(*run_task(give_up(world.services(), id, by)));  // long before it is due
    EXPECT_FALSE(world.find(id));
    EXPECT_EQ(world.out->seen.size(), 1u);
    const auto left = world.all();
    ASSERT_EQ(left.size(), 1u);
    EXPECT_TRUE(left[0].info.envelope.sender.is_null());
    EXPECT_EQ(left[0].info.envelope.recipients.at(0).mailbox.text(), "ann@example.org");

    const auto events = world.audit.events();
    ASSERT_GE(events.size(), 3u);
    EXPECT_EQ(events[events.size() - 3].event, "queue.bounced");
    EXPECT_EQ(events.back().event, "message.reported");
    EXPECT_EQ(events.back().reason, "ok");
    const auto& bounced = events[events.size() - 2];
    EXPECT_EQ(bounced.event, "message.bounced");
    EXPECT_EQ(bounced.reason, "operator");
    EXPECT_FALSE(bounced.delivery);
    EXPECT_EQ(bounced.detail,
              "550 5.0.0 given up by an operator of this server; the last answer: 451 4.7.1 "
              "greylisted (mx.a.net)");
}

TEST(GiveUp, LeavesAloneWhatIsBeingDeliveredAndWhoHasItAlready) {
    RelayWorld world;
    const auto id = world.accept({"bob@a.net", "cleo@example.org"});
    world.out->answer = [&](const Consignment& to, const std::string&) {
        EXPECT_FALSE(*run_task(give_up(world.services(), id, {})));
        return everybody(to, Kind::deferred, "451 later");
    };
    deliver_next(world);
    ASSERT_TRUE(world.find(id));
    EXPECT_TRUE(*run_task(give_up(world.services(), id, {})));
    EXPECT_EQ(world.audit.events().back().message->recipients,
              std::vector<std::string>{"bob@a.net"});
    EXPECT_FALSE(*run_task(give_up(world.services(), id, {})));  // it is gone

    FailingStore store{world.queue};
    const auto other = world.accept({"bob@a.net"}, "x", "");
    store.settles = {StoreFault::full};
    EXPECT_EQ(run_task(give_up(world.services_over(store), other, {})).error(), StoreFault::full);
    EXPECT_TRUE(world.find(other));
}

TEST(Deliver, AStoreThatCannotRecordTheOutcomeIsAskedAgain) {
    RelayWorld world;
    FailingStore store{world.queue};
    const auto id = world.accept({"bob@a.net"});
    store.settles = {StoreFault::unavailable, StoreFault::full, StoreFault::deadline};
    deliver_next(world, world.services_over(store));
    EXPECT_EQ(store.settle_calls, 4u);
    EXPECT_FALSE(world.find(id));
    EXPECT_EQ(world.out->seen.size(), 1u) << "and the message is not sent again for that";
    EXPECT_TRUE(world.warnings.empty());
}

TEST(Deliver, security_27_AnOutcomeThatIsNeverRecordedLeavesTheMessageInTheQueue) {
    for (const auto fault : {StoreFault::unavailable, StoreFault::conflict, StoreFault::corrupt}) {
        RelayWorld world;
        FailingStore store{world.queue};
        const auto id = world.accept({"bob@a.net"});
        store.settles.assign(10, fault);
        deliver_next(world, world.services_over(store));
        EXPECT_EQ(store.settle_calls, fault == StoreFault::unavailable ? 5u : 1u);
        EXPECT_EQ(world.warnings.size(), 1u);
        EXPECT_TRUE(world.find(id));
        world.clock.advance(1h);  // the lease is over
        EXPECT_EQ(world.claim().size(), 1u);
    }
}

}  // namespace
}  // namespace signet::relay
