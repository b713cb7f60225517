#include "relay/relay_world.h"

#include "net/run_task.h"

#include <stdexcept>
#include <utility>

namespace signet::relay {
namespace {

using net::run_task;

mail::Mailbox mailbox(const std::string& text) {
    const auto at = text.rfind('@');
    if (at == std::string::npos) return {text, ""};
    return {text.substr(0, at), text.substr(at + 1)};
}

Task<std::string> whole(const OpenContent& open) {
    const auto reader = co_await open();
    if (!reader) co_return "!" + std::string{name(reader.error())};
    std::string content;
    for (;;) {
        const auto part = co_await (*reader)->read();
        if (!part) co_return "!" + std::string{name(part.error())};
        if (part->empty()) co_return content;
        content += *part;
    }
}

Task<queue::QueueId> accepting(queue::QueueStore& store, queue::MessageInfo info,
                               std::string content) {
    auto draft = co_await store.begin();
    if (!draft || !co_await (*draft)->append(content)) throw std::runtime_error("no draft");
    const auto accepted = co_await (*draft)->commit(std::move(info), {});
    if (!accepted) throw std::runtime_error("not accepted");
    co_return accepted->id();
}

std::optional<StoreFault> next(std::deque<StoreFault>& faults) {
    if (faults.empty()) return {};
    const auto fault = faults.front();
    faults.pop_front();
    return fault;
}

}  // namespace

Task<Attempt> FakeTransport::deliver(const Load& load) {
    seen.push_back(load.consignment);
    const auto content = co_await whole(load.open);
    if (answer) co_return answer(load.consignment, content);
    co_return everybody(load.consignment, queue::RecipientOutcome::Kind::delivered, "250 2.0.0 ok");
}

Attempt attempt_with(std::vector<Answer> answers, Cause cause) {
    Attempt attempt;
    attempt.answers = std::move(answers);
    attempt.cause = cause;
    attempt.next_hop = "mx.test:25";
    return attempt;
}

Attempt everybody(const Consignment& consignment, queue::RecipientOutcome::Kind kind,
                  std::string reply) {
    return same_for_all(consignment, Cause::remote, {kind, std::move(reply)}, "mx.test:25");
}

Services RelayWorld::services_over(queue::QueueStore& store) {
    return {.store = store,
            .routes = routes,
            .ways = {ways.pacing, ways.destinations},
            .clock = clock,
            .entropy = entropy,
            .ids = ids,
            .sleep = [this](std::chrono::milliseconds span) -> Task<bool> {
                ++sleeps;
                clock.advance(span);
                co_return true;
            },
            .warn = [this](std::string what) { warnings.push_back(std::move(what)); },
            .hostname = "relay.example.org"};
}

queue::QueueId RelayWorld::accept(std::vector<std::string> recipients, std::string content,
                                  std::string sender) {
    queue::MessageInfo info;
    if (!sender.empty()) info.envelope.sender.mailbox = mailbox(sender);
    for (const auto& to : recipients) info.envelope.recipients.push_back({mailbox(to), notify});
    info.account = "ann";
    info.session_id = "SESSION";
    info.message_id = "<1@example.org>";
    info.prepend = "Received: by relay\r\n";
    info.accepted = clock.wall();
    return accept_message(std::move(info), std::move(content));
}

queue::QueueId RelayWorld::accept_message(queue::MessageInfo info, std::string content) {
    return run_task(accepting(queue, std::move(info), std::move(content)));
}

std::vector<queue::Lease> RelayWorld::claim(std::size_t count) {
    auto leases = run_task(queue.claim({.now = clock.wall(), .count = count}));
    return std::move(leases.value());
}

std::optional<queue::Entry> RelayWorld::find(const queue::QueueId& id) {
    return run_task(queue.find(id)).value();
}

std::vector<queue::Entry> RelayWorld::all() { return run_task(queue.list({}, 1'000)).value(); }

std::vector<std::string> RelayWorld::events() const {
    std::vector<std::string> lines;
    for (const auto& event : audit.events()) {
        if (event.service != "relay" || event.event == "message.reported") continue;
        auto line = event.event;
        if (event.delivery) line += " " + event.delivery->route;
        for (const auto& to : event.message->recipients) line += " " + to;
        lines.push_back(line + " " + event.reason);
    }
    return lines;
}

Task<Result<std::unique_ptr<queue::Draft>, StoreFault>> FailingStore::begin() {
    return real_.begin();
}

Task<Result<std::vector<queue::Lease>, StoreFault>> FailingStore::claim(
    queue::ClaimRequest request) {
    if (const auto fault = next(claims)) co_return fail(*fault);
    co_return co_await real_.claim(request);
}

Task<Result<std::unique_ptr<queue::ContentReader>, StoreFault>> FailingStore::content(
    queue::QueueId id) {
    if (const auto fault = next(contents)) co_return fail(*fault);
    co_return co_await real_.content(std::move(id));
}

Task<Result<void, StoreFault>> FailingStore::settle(queue::Lease lease, queue::Outcome outcome) {
    ++settle_calls;
    if (const auto fault = next(settles)) co_return fail(*fault);
    co_return co_await real_.settle(std::move(lease), std::move(outcome));
}

Task<Result<std::vector<queue::Entry>, StoreFault>> FailingStore::list(queue::QueueId after,
                                                                       std::size_t count) {
    return real_.list(std::move(after), count);
}

Task<Result<std::optional<queue::Entry>, StoreFault>> FailingStore::find(queue::QueueId id) {
    return real_.find(std::move(id));
}

Task<Result<bool, StoreFault>> FailingStore::edit(queue::QueueId id, queue::Edit edit) {
    return real_.edit(std::move(id), std::move(edit));
}

}  // namespace signet::relay
