// Days of virtual time, with next hops that fail in every way.  What becomes of each message, what
// its sender hears of it, and when it is tried is as docs/explanation/retries-and-reports.md says.
#include "base/text.h"
#include "net/run_task.h"
#include "relay/relay_world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <set>

namespace signet::relay {
namespace {

using Kind = queue::RecipientOutcome::Kind;
using queue::HandedTo;
using namespace std::chrono_literals;

constexpr auto kStep = 20s;  // of the clock, between two looks at the queue
constexpr auto kNotice = 4h;
constexpr std::chrono::seconds kArriving = 6h;  // messages come in for so long
constexpr unsigned kMessages = 300;

// How a domain behaves.
const std::vector<std::string> kDomains{"takes.net",      "reports.net", "refuses.net",
                                        "greylists.net",  "dead.net",    "flaps.net",
                                        "drops-dots.net", "partly.net",  "comes-back.net"};

// What the audit log and the queue say of a recipient in the end.
struct End {
    unsigned delivered = 0, bounced = 0;  // events
    bool waits = false;                   // in the queue
};

// One recipient, what is known of it, and what it saw.
struct Case {
    mail::Notify notify{};
    bool proven = true, null_sender = false;
    WallTime accepted{};
    std::optional<WallTime> first_try{};
    unsigned arrivals = 0;
    unsigned open_replies = 0;  // arrivals whose final reply was lost
    bool late = false;          // deferred by a try that was a notice's turn
    HandedTo handed_to = HandedTo::mailbox;
    std::map<std::string, unsigned> told{};  // by action
    End end{};
};

class Ledger {
public:
    std::map<std::string, Case> recipients{};
    std::map<queue::QueueId, std::vector<WallTime>> tries{};  // those that were told of in events
    std::set<std::string> reports{};                          // Message-IDs
    unsigned strange_reports = 0;  // about nobody that a message was sent to
    unsigned attempts = 0, asked_the_dead = 0;

    // A report is seen at its first try, whatever becomes of it.
    void read_report(std::string_view content) {
        if (!reports.insert(after(content, "\r\nMessage-ID: ")).second) return;
        for (auto rest = content;;) {
            const auto at = rest.find("\r\nFinal-Recipient: rfc822; ");
            if (at == rest.npos) return;
            rest.remove_prefix(at);
            const auto found = recipients.find(after(rest, "\r\nFinal-Recipient: rfc822; "));
            if (found == recipients.end()) {
                ++strange_reports;
            } else {
                ++found->second.told[after(rest, "\r\nAction: ")];
            }
            rest.remove_prefix(2);
        }
    }

private:
    static std::string after(std::string_view text, std::string_view label) {
        const auto begin = text.find(label) + label.size();
        return std::string{text.substr(begin, text.find("\r\n", begin) - begin)};
    }
};

// All next hops in one.
class NextHops final : public Transport {
public:
    NextHops(const Clock& clock, Ledger& ledger, std::uint64_t seed)
        : clock_(clock), ledger_(ledger), entropy_(seed) {}

    bool wants_one_domain() const override { return true; }

    Task<Attempt> deliver(const Load& load) override {
        const auto& consignment = load.consignment;
        ++ledger_.attempts;
        if (consignment.origin == queue::Origin::signet) {
            const auto reader = co_await load.open();
            const auto content = co_await (*reader)->read();
            ledger_.read_report(*content);
        }
        co_return answer(consignment);
    }

private:
    bool chance(unsigned one_in) { return draw(entropy_) % one_in == 0; }

    Attempt answer(const Consignment& consignment) {
        const auto& domain = consignment.envelope.recipients[0].mailbox.domain;
        Attempt attempt;
        attempt.next_hop = domain + ":25";
        if (domain == "dead.net") {
            attempt.cause = Cause::connect;
            ++ledger_.asked_the_dead;
        }
        attempt.handed_to = domain == "reports.net"   ? HandedTo::hop_with_dsn
                            : domain == "example.org" ? HandedTo::mailbox
                                                      : HandedTo::hop_without_dsn;
        const bool dots = domain == "drops-dots.net" && chance(2);
        attempt.maybe_delivered = dots;
        if (dots) attempt.cause = Cause::lost;
        for (const auto& recipient : consignment.envelope.recipients) {
            const auto found = ledger_.recipients.find(recipient.mailbox.text());
            Case unknown{.accepted = consignment.accepted};
            auto& one = found == ledger_.recipients.end() ? unknown : found->second;
            if (!one.first_try) one.first_try = clock_.wall();
            auto given = dots ? Answer{Kind::deferred, "451 4.4.2 lost"} : answer_for(domain, one);
            note(one, given.kind, dots, attempt.handed_to);
            attempt.answers.push_back(std::move(given));
        }
        return attempt;
    }

    Answer answer_for(const std::string& domain, const Case& one) {
        Answer taken{Kind::delivered, "250 2.0.0 ok", domain};
        Answer later{Kind::deferred, "451 4.2.1 later", domain};
        Answer refused{Kind::failed, "550 5.1.1 no such user", domain};
        if (domain == "refuses.net") return refused;
        if (domain == "dead.net") return {Kind::deferred, "451 4.4.1 nobody answers"};
        if (domain == "greylists.net") return clock_.wall() - *one.first_try < 5min ? later : taken;
        if (domain == "comes-back.net") return clock_.wall() - one.accepted < 9h ? later : taken;
        if (domain == "flaps.net") return chance(4) ? taken : later;
        if (domain == "partly.net" && chance(3)) return refused;
        if (domain == "partly.net" && chance(2)) return later;
        return taken;
    }

    void note(Case& one, Kind kind, bool dots, HandedTo handed_to) const {
        if (kind == Kind::delivered || dots) ++one.arrivals;
        if (dots) ++one.open_replies;
        if (kind == Kind::delivered) one.handed_to = handed_to;
    }

    const Clock& clock_;
    Ledger& ledger_;
    SeededEntropy entropy_;
};

class Simulation {
public:
    explicit Simulation(std::uint64_t seed) : entropy_(seed) {
        world_.routes.set(
            {{"out", {{"*"}}, std::make_shared<NextHops>(world_.clock, ledger, seed + 1)}});
        services_.delay_notice = kNotice;
        for (unsigned i = 0; i < kMessages; ++i) {
            arrivals_.push_back(begun_ + std::chrono::seconds{draw(entropy_) % kArriving.count()});
        }
        std::ranges::sort(arrivals_);
    }

    void run_for(std::chrono::hours span) {
        while (world_.clock.wall() - begun_ < span) {
            while (accepted_ < kMessages && arrivals_[accepted_] <= world_.clock.wall()) accept();
            for (auto& lease : world_.claim(1'000)) {
                net::run_task(
                    deliver(services_, world_.ways.sessions, std::move(lease), Deadline::never()));
            }
            world_.clock.advance(kStep);
        }
        learn();
    }

    Ledger ledger{};
    const queue::RetrySchedule& schedule() const { return services_.retry; }

private:
    static mail::Notify notify_by(std::uint64_t chance) {
        if (chance % 3 == 0) return {};  // most say nothing
        return {.asked = true,
                .success = (chance & 4) != 0,
                .failure = (chance & 8) != 0,
                .delay = (chance & 16) != 0};
    }

    // Most senders are at home; some do not take their reports, and some not always.
    mail::ReversePath sender() {
        const auto name = "s" + std::to_string(accepted_);
        switch (draw(entropy_) % 10) {
        case 0: return {};
        case 1: return {mail::Mailbox{name, "refuses.net"}};
        case 2: return {mail::Mailbox{name, "flaps.net"}};
        default: return {mail::Mailbox{name, "example.org"}};
        }
    }

    void accept() {
        queue::MessageInfo info;
        info.envelope.sender = sender();
        info.session_id = "SESSION";
        if (draw(entropy_) % 6 != 0) info.account = "ann";
        info.accepted = world_.clock.wall();
        const auto count = 1 + draw(entropy_) % 4;
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto name = "r" + std::to_string(accepted_) + "-" + std::to_string(i);
            const mail::Mailbox to{name, kDomains[draw(entropy_) % kDomains.size()]};
            const auto notify = notify_by(draw(entropy_) >> 8);
            info.envelope.recipients.push_back({to, notify});
            ledger.recipients[to.text()] = {.notify = notify,
                                            .proven = !info.account.empty(),
                                            .null_sender = info.envelope.sender.is_null(),
                                            .accepted = info.accepted};
        }
        ++accepted_;
        world_.accept_message(std::move(info), "Subject: x\r\n\r\ny\r\n");
    }

    // What the audit log and the queue say in the end.
    void learn() {
        for (const auto& event : world_.audit.events()) {
            if (event.service != "relay") continue;
            for (const auto& to : event.message->recipients) {
                const auto found = ledger.recipients.find(to);
                if (found == ledger.recipients.end()) continue;
                found->second.end.delivered += event.event == "message.delivered";
                found->second.end.bounced += event.event == "message.bounced";
                found->second.late |= event.event == "message.deferred" &&
                                      event.time - found->second.accepted >= kNotice;
            }
            auto& tries = ledger.tries[event.message->queue_id];
            if (tries.empty() || tries.back() != event.time) tries.push_back(event.time);
        }
        for (const auto& entry : world_.all()) {
            for (std::size_t i = 0; i < entry.recipients.size(); ++i) {
                const auto found =
                    ledger.recipients.find(entry.info.envelope.recipients[i].mailbox.text());
                const bool pending = entry.recipients[i].state == queue::RecipientState::pending;
                if (pending && found != ledger.recipients.end()) found->second.end.waits = true;
            }
        }
    }

    RelayWorld world_{};
    Services services_ = world_.services();
    SeededEntropy entropy_;
    const WallTime begun_ = world_.clock.wall();
    std::vector<WallTime> arrivals_{};
    unsigned accepted_ = 0;
};

// Delivered, reported or waiting; and told of exactly what the sender wants to know.
void expect_end(const Case& one) {
    const auto& end = one.end;
    EXPECT_EQ(end.delivered + end.bounced + end.waits, 1u);
    const bool heard = !one.null_sender;
    const auto& notify = one.notify;
    std::map<std::string, unsigned> expected;
    if (end.bounced && heard && (!notify.asked || notify.failure)) expected["failed"] = 1;
    if (one.late && heard && one.proven && (!notify.asked || notify.delay)) expected["delayed"] = 1;
    if (end.delivered && heard && one.proven && notify.success &&
        one.handed_to != HandedTo::hop_with_dsn) {
        expected[one.handed_to == HandedTo::mailbox ? "delivered" : "relayed"] = 1;
    }
    EXPECT_EQ(one.told, expected);
    // RFC 5321 §6.1: twice only where the final reply was open.
    EXPECT_EQ(one.arrivals, end.delivered + one.open_replies);
}

// The table of the page: each pause is at most the nominal one, and at least three quarters of it.
void expect_schedule(const queue::RetrySchedule& schedule, const std::vector<WallTime>& tries) {
    for (unsigned i = 1; i < tries.size(); ++i) {
        const auto pause = tries[i] - tries[i - 1];
        const auto nominal = queue::nominal_pause(schedule, i);
        EXPECT_GE(pause, nominal * 3 / 4) << "behind try " << i;
        EXPECT_LE(pause, nominal + kStep) << "behind try " << i;
    }
}

void print(const Ledger& ledger) {
    std::map<std::string, unsigned> counts;
    for (const auto& [name, one] : ledger.recipients) {
        counts["recipients"] += 1;
        counts["delivered"] += one.end.delivered;
        counts["failed"] += one.end.bounced;
        counts["waiting"] += one.end.waits;
        counts["duplicates"] += one.arrivals > 1 ? one.arrivals - 1 : 0;
        for (const auto& [action, times] : one.told) counts["told " + action] += times;
    }
    std::cout << kMessages << " messages, " << ledger.attempts << " attempts, "
              << ledger.reports.size() << " reports";
    for (const auto& [what, count] : counts) std::cout << ", " << count << " " << what;
    std::cout << "\n";
}

void expect_laws(const Simulation& simulation) {
    for (const auto& [name, one] : simulation.ledger.recipients) {
        SCOPED_TRACE(name);
        expect_end(one);
    }
    for (const auto& [id, tries] : simulation.ledger.tries) {
        SCOPED_TRACE(id);
        expect_schedule(simulation.schedule(), tries);
    }
    EXPECT_EQ(simulation.ledger.strange_reports, 0u) << "a report about a report";
    print(simulation.ledger);
}

class RetrySimulation : public testing::TestWithParam<std::uint64_t> {};

TEST_P(RetrySimulation, security_26_ADayEndsWithEachMessageDeliveredReportedOrWaiting) {
    Simulation day{GetParam()};
    day.run_for(24h);
    expect_laws(day);
    unsigned waiting = 0;
    for (const auto& [name, one] : day.ledger.recipients) {
        if (!name.ends_with("@dead.net")) continue;
        EXPECT_TRUE(one.end.waits) << name;
        ++waiting;
    }
    EXPECT_GT(waiting, 20u) << "or the simulation has become too kind";
    // One that asks for all of them, every ten minutes; not each message every time it is due.
    EXPECT_LE(day.ledger.asked_the_dead, 24u * 6 + 10);
}

TEST_P(RetrySimulation, security_26_SixDaysLeaveNothingInTheQueue) {
    Simulation days{GetParam()};
    days.run_for(24h * 6);
    expect_laws(days);
    std::size_t given_up = 0;
    for (const auto& [name, one] : days.ledger.recipients) {
        EXPECT_FALSE(one.end.waits) << name;
        if (name.ends_with("@dead.net")) EXPECT_EQ(one.end.bounced, 1u) << name;
    }
    for (const auto& [id, tries] : days.ledger.tries) {
        if (tries.back() - tries.front() < 24h * 4) continue;
        ++given_up;
        EXPECT_GE(tries.size(), 38u);
        EXPECT_LE(tries.size(), 49u);
        EXPECT_GE(tries.back() - tries.front(), days.schedule().lifetime - kStep);
        EXPECT_LE(tries.back() - tries.front(), days.schedule().lifetime + 4h + kStep);
    }
    EXPECT_GT(given_up, 20u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RetrySimulation, testing::Values(1, 2));

}  // namespace
}  // namespace signet::relay
