#include "relay/deliver.h"

#include "dsn/report.h"
#include "net/together.h"
#include "queue/owner.h"
#include "relay/judge.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace signet::relay {
namespace {

using Kind = queue::RecipientOutcome::Kind;

constexpr unsigned kSettleTries = 5;
constexpr std::chrono::milliseconds kSettlePause{1'000};
constexpr std::size_t kReportHeaderOctets = 65'536;
constexpr std::chrono::seconds kGiveUpLease{60};
constexpr std::size_t kWaysAtOnce = 8;  // of one message

// "<Postmaster>" without a domain is ours (RFC 5321 §4.1.1.3).
mail::Mailbox addressed(mail::Mailbox mailbox, const std::string& hostname) {
    if (mailbox.domain.empty()) mailbox.domain = hostname;
    return mailbox;
}

// Recipients that go the same way.
struct Group {
    const Route* route = nullptr;  // null: none fits
    std::string domain;            // empty where the route alone decides
    std::vector<std::size_t> recipients;
};

// In the order of the routes, so that what is quick and near need not wait for what is far.
std::vector<Group> groups_of(const queue::Entry& entry, const Routes& routes,
                             const std::string& hostname, const Pacing& pacing) {
    std::map<std::pair<const Route*, std::string>, std::vector<std::size_t>> by_way;
    for (std::size_t i = 0; i < entry.recipients.size(); ++i) {
        if (entry.recipients[i].state != queue::RecipientState::pending) continue;
        const auto to = addressed(entry.info.envelope.recipients[i].mailbox, hostname);
        const auto* route =
            find_route(routes, {to.domain, entry.info.envelope.sender, entry.info.account});
        const bool one_domain =
            route && (route->transport->wants_one_domain() ||
                      pacing.is_paused(queue::Pause::Kind::destination, to.domain));
        by_way[{route, one_domain ? to.domain : ""}].push_back(i);
    }
    std::vector<Group> groups;
    groups.reserve(by_way.size());
    for (auto& [way, recipients] : by_way)
        groups.push_back({way.first, way.second, std::move(recipients)});
    return groups;
}

Answer no_route() { return {Kind::failed, "550 5.4.4 no route leads to this domain from here"}; }

RouteAttempt attempt_of(const Group& group, Attempt attempt) {
    return {group.route ? group.route->name : "", group.recipients, std::move(attempt)};
}

class Delivery {
public:
    Delivery(const Services& services, queue::Lease lease, Deadline deadline)
        : services_(services), lease_(std::move(lease)), deadline_(deadline) {}

    Task<void> run(Sessions& sessions) {
        const auto routes = services_.routes.get();  // kept until the end: a reload may come
        auto groups = groups_of(entry(), *routes, services_.hostname, services_.ways.pacing);
        // Many slow domains can take all the time there is: at a retry another one comes first.
        if (entry().attempts > 0 && !groups.empty()) {
            const auto first = draw(services_.entropy) % groups.size();
            std::ranges::rotate(groups, groups.begin() + static_cast<std::ptrdiff_t>(first));
        }
        Progress progress{.groups = groups, .sessions = sessions};
        std::vector<Task<void>> lanes(std::min(groups.size(), kWaysAtOnce));
        std::ranges::generate(lanes, [&] { return go_ways(progress); });
        co_await net::together(std::move(lanes));
        auto outcome = co_await outcome_of(progress.attempts);
        if (progress.wait) outcome.retry_at = after_waiting(outcome, *progress.wait);
        co_await settle(std::move(outcome));
        co_await part_all(sessions.take_idle(), services_.clock);
    }

    // What was asked of no next hop is no delivery: these events name none.
    Task<Result<void, StoreFault>> give_up(audit::Event by) {
        const RouteAttempt attempts[] = {refusal()};
        auto outcome = co_await outcome_of(attempts);
        for (auto& event : outcome.events) {
            if (!event.delivery) continue;
            event.reason = "operator";
            event.delivery.reset();
        }
        outcome.events.insert(outcome.events.begin(), std::move(by));
        co_return co_await services_.store.settle(lease_, std::move(outcome));
    }

private:
    RouteAttempt refusal() const {
        RouteAttempt made;
        for (std::size_t i = 0; i < entry().recipients.size(); ++i) {
            const auto& status = entry().recipients[i];
            if (status.state != queue::RecipientState::pending) continue;
            made.recipients.push_back(i);
            auto reply = std::string{"550 5.0.0 given up by an operator of this server"};
            if (!status.last_reply.empty()) reply += "; the last answer: " + status.last_reply;
            made.attempt.answers.push_back({Kind::failed, std::move(reply)});
        }
        return made;
    }

    const queue::Entry& entry() const { return lease_.entry; }

    Consignment consignment_of(const Group& group) const {
        Consignment consignment{.id = entry().id,
                                .account = entry().info.account,
                                .origin = entry().info.origin(),
                                .envelope = entry().info.envelope,
                                .octets = entry().content_octets,
                                .accepted = entry().info.accepted};
        consignment.envelope.recipients.clear();
        for (const auto i : group.recipients) {
            auto recipient = entry().info.envelope.recipients[i];
            recipient.mailbox = addressed(std::move(recipient.mailbox), services_.hostname);
            consignment.envelope.recipients.push_back(std::move(recipient));
        }
        return consignment;
    }

    struct Progress {
        std::span<const Group> groups;
        Sessions& sessions;
        std::size_t next = 0;  // of groups
        std::vector<RouteAttempt> attempts{};
        std::optional<std::chrono::microseconds>
            wait{};  // the shortest that a route's pace asks for
    };

    Task<void> go_ways(Progress& progress) {
        while (progress.next < progress.groups.size()) {
            auto made = co_await go_way(progress.groups[progress.next++], progress.sessions);
            if (made) {
                progress.attempts.push_back(std::move(*made));
            } else {
                progress.wait = std::min(progress.wait.value_or(made.error()), made.error());
            }
        }
    }

    // Or how long the pace of its route has it wait.
    Task<Result<RouteAttempt, std::chrono::microseconds>> go_way(const Group& group,
                                                                 Sessions& sessions) {
        if (!group.route) {
            co_return attempt_of(group,
                                 same_for_all(consignment_of(group), Cause::route, no_route(), ""));
        }
        auto& pacing = services_.ways.pacing;
        const Waiter who{entry().id, queue::owner_of(entry().info)};
        const auto closed = pacing.closed(group.route->name, group.domain, who);
        if (closed) co_return fail(*closed);
        const Way way{*group.route, group.domain};
        auto turn = sessions.enter(pacing, way, who);
        if (!turn) co_return fail(turn.error());
        auto made = co_await attempt_or_learn(group, turn->session);
        sessions.leave(way, std::move(*turn));
        co_return made;
    }

    // What is known of a destination that is down need not be found out again.
    Task<RouteAttempt> attempt_or_learn(const Group& group, std::unique_ptr<Session>& session) {
        auto& destinations = services_.ways.destinations;
        const auto& name = group.route->name;
        const auto consignment = consignment_of(group);
        auto known = destinations.known_down(name, group.domain, consignment);
        if (known) co_return attempt_of(group, std::move(*known));
        auto made = co_await attempt(group, consignment, session);
        destinations.learn(name, group.domain, made.attempt);
        co_return made;
    }

    Task<RouteAttempt> attempt(const Group& group, const Consignment& consignment,
                               std::unique_ptr<Session>& session) {
        const auto begun = services_.clock.steady();
        const OpenContent open = [this] { return services_.store.content(entry().id); };
        auto made = attempt_of(group, co_await group.route->transport->deliver(
                                          {consignment, open, deadline_, session}));
        const std::chrono::duration<double, std::milli> took = services_.clock.steady() - begun;
        made.latency_ms = took.count();
        co_return made;
    }

    // For the pace of a route; but who has just been put off is not asked again sooner than after
    // the shortest pause.
    WallTime after_waiting(const queue::Outcome& outcome, std::chrono::microseconds wait) const {
        const auto now = services_.clock.wall();
        const bool put_off = std::ranges::count(outcome.recipients, Kind::deferred,
                                                &queue::RecipientOutcome::kind) > 0;
        if (!put_off) return now + wait;
        const auto pause = queue::nominal_pause(services_.retry, 1);
        return std::min(outcome.retry_at, now + std::max<std::chrono::microseconds>(wait, pause));
    }

    Task<queue::Outcome> outcome_of(std::span<const RouteAttempt> attempts) {
        const auto now = services_.clock.wall();
        auto judgement = judge(entry(), attempts, services_.retry, now, services_.entropy);
        queue::Outcome outcome;
        outcome.retry_at = judgement.retry_at;
        outcome.events = events_of(entry(), attempts, judgement, now, services_.ids);
        dsn::mark_delays(entry(), judgement.recipients, services_.delay_notice, now);
        co_await add_report(outcome, judgement.recipients, now);
        outcome.recipients = std::move(judgement.recipients);
        co_return outcome;
    }

    Task<void> add_report(queue::Outcome& outcome,
                          std::span<const queue::RecipientOutcome> outcomes, WallTime now) {
        const auto told = dsn::told(entry(), outcomes);
        if (told.empty()) co_return;
        const auto back = co_await returned(dsn::returns_whole(entry(), told));
        auto report = dsn::report(
            entry(), told, back,
            {.hostname = services_.hostname,
             .now = now,
             .id = services_.ids.next(),
             .retry_until = queue::given_up_at(services_.retry, entry().info.accepted, now)});
        if (!report) co_return;
        auto& to = report->info.envelope.recipients;
        if (services_.expand) to = co_await services_.expand(std::move(to.front()));
        outcome.events.push_back(report_event(entry(), told, *report, now, services_.ids));
        outcome.reports.push_back(std::move(*report));
    }

    // What a report gives back: all of the message, or its header.
    Task<dsn::Returned> returned(bool whole) {
        if (whole) {
            auto content = co_await everything();
            if (content) co_return dsn::Returned{std::move(*content), true};
        }
        co_return dsn::Returned{co_await header()};
    }

    Task<std::optional<std::string>> everything() {
        std::string octets;
        const auto content = co_await services_.store.content(entry().id);
        if (!content) co_return std::nullopt;
        for (;;) {
            const auto part = co_await (*content)->read();
            if (!part) co_return std::nullopt;
            if (part->empty()) co_return octets;
            octets += *part;
        }
    }

    // The message's header block, as far as it is needed for a report; empty if it is unreadable.
    Task<std::string> header() {
        std::string header;
        const auto content = co_await services_.store.content(entry().id);
        if (!content) co_return header;
        while (header.size() < kReportHeaderOctets) {
            const auto part = co_await (*content)->read();
            if (!part || part->empty()) co_return header;
            header += *part;
            if (const auto end = header.find("\r\n\r\n"); end != std::string::npos) {
                header.resize(end + 2);
                co_return header;
            }
        }
        header.resize(header.rfind("\r\n", kReportHeaderOctets) + 2);
        co_return header;
    }

    Task<void> settle(queue::Outcome outcome) {
        for (unsigned tries = 1;; ++tries) {
            const auto settled = co_await services_.store.settle(lease_, outcome);
            if (settled) co_return;
            const bool passing = settled.error() == StoreFault::unavailable ||
                                 settled.error() == StoreFault::full ||
                                 settled.error() == StoreFault::deadline;
            if (!passing || tries == kSettleTries) {
                services_.warn("what came of message " + entry().id + " was not recorded (" +
                               std::string{name(settled.error())} +
                               "); it will be tried again and may arrive twice");
                co_return;
            }
            co_await services_.sleep(kSettlePause);
        }
    }

    const Services& services_;
    const queue::Lease lease_;
    const Deadline deadline_;
};

}  // namespace

std::vector<std::string> routes_of(const Services& services, const queue::Entry& entry) {
    const auto routes = services.routes.get();
    std::vector<std::string> names;
    for (const auto& group : groups_of(entry, *routes, services.hostname, services.ways.pacing)) {
        const bool again = group.route && !names.empty() && names.back() == group.route->name;
        if (group.route && !again) names.push_back(group.route->name);
    }
    return names;
}

Task<void> deliver(const Services& services, Sessions& sessions, queue::Lease lease,
                   Deadline deadline) {
    Delivery delivery{services, std::move(lease), deadline};
    co_await delivery.run(sessions);
}

Task<Result<bool, StoreFault>> give_up(const Services& services, queue::QueueId id,
                                       audit::Event by) {
    auto leases = co_await services.store.claim(
        {.now = services.clock.wall(), .lease_time = kGiveUpLease, .only = std::move(id)});
    if (!leases) co_return fail(leases.error());
    if (leases->empty()) co_return false;
    const auto deadline = Deadline::in(services.clock, kGiveUpLease);
    Delivery delivery{services, std::move(leases->front()), deadline};
    const auto settled = co_await delivery.give_up(std::move(by));
    if (!settled) co_return fail(settled.error());
    co_return true;
}

}  // namespace signet::relay
