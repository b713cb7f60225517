// For tests: the relay's world over a queue in memory, and a transport that answers by a function.
#pragma once

#include "relay/deliver.h"
#include "store/memory_audit.h"
#include "store/memory_queue.h"

#include <deque>

namespace signet::relay {

class FakeTransport final : public Transport {
public:
    // Called with what is to be delivered and its whole content ("!unavailable" if it cannot be
    // read).  Not set: everybody is delivered.
    std::function<Attempt(const Consignment&, const std::string& content)> answer{};
    std::vector<Consignment> seen{};
    bool one_domain = false;  // what wants_one_domain says

    bool wants_one_domain() const override { return one_domain; }
    Task<Attempt> deliver(const Load& load) override;
};

Attempt attempt_with(std::vector<Answer> answers, Cause cause = Cause::remote);
Attempt everybody(const Consignment& consignment, queue::RecipientOutcome::Kind kind,
                  std::string reply);

struct RelayWorld {
    ManualClock clock{};
    SeededEntropy entropy{7};
    UlidSource ids{clock, entropy};
    store::MemoryAudit audit{};
    store::MemoryQueue queue{clock, ids, audit};
    std::shared_ptr<FakeTransport> here = std::make_shared<FakeTransport>();
    std::shared_ptr<FakeTransport> out = std::make_shared<FakeTransport>();
    RouteTable routes{Routes{{"here", {{"example.org"}}, here}, {"out", {{"*.net", "net"}}, out}}};
    struct Ways {
        explicit Ways(const Clock& clock)
            : pacing(clock),
              destinations(clock, std::chrono::seconds{30}),
              sessions(clock, std::chrono::seconds{0}) {}
        Pacing pacing;
        Destinations destinations;
        Sessions sessions;  // each message has its own
    } ways{clock};
    std::vector<std::string> warnings{};
    unsigned sleeps = 0;
    mail::Notify notify{};  // of the recipients of what is accepted

    // The clock moves on with each sleep.
    Services services() { return services_over(queue); }
    Services services_over(queue::QueueStore& store);
    // A message from ann@example.org (empty: from the null sender), due now.
    queue::QueueId accept(std::vector<std::string> recipients,
                          std::string content = "Subject: hello\r\n\r\nbody\r\n",
                          std::string sender = "ann@example.org");
    queue::QueueId accept_message(queue::MessageInfo info, std::string content);
    std::vector<queue::Lease> claim(std::size_t count = 1);
    std::optional<queue::Entry> find(const queue::QueueId& id);
    std::vector<queue::Entry> all();
    // Of tries: "message.delivered out bob@a.net ok".
    std::vector<std::string> events() const;
};

// A store that fails in the calls it is told to, and is the queue of a world otherwise.
class FailingStore final : public queue::QueueStore {
public:
    explicit FailingStore(queue::QueueStore& real) : real_(real) {}

    std::deque<StoreFault> claims{}, contents{}, settles{};  // the faults of the next calls
    unsigned settle_calls = 0;

    Task<Result<std::unique_ptr<queue::Draft>, StoreFault>> begin() override;
    Task<Result<std::vector<queue::Lease>, StoreFault>> claim(queue::ClaimRequest request) override;
    Task<Result<std::unique_ptr<queue::ContentReader>, StoreFault>> content(
        queue::QueueId id) override;
    Task<Result<void, StoreFault>> settle(queue::Lease lease, queue::Outcome outcome) override;
    Task<Result<std::vector<queue::Entry>, StoreFault>> list(queue::QueueId after,
                                                             std::size_t count) override;
    Task<Result<std::optional<queue::Entry>, StoreFault>> find(queue::QueueId id) override;
    Task<Result<bool, StoreFault>> edit(queue::QueueId id, queue::Edit edit) override;

private:
    queue::QueueStore& real_;
};

}  // namespace signet::relay
