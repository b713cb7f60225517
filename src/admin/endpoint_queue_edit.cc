// queue.hold, release, retry, delete and bounce: of one message by its id, or, page by page, of
// those that a filter means.  The event is part of the queue's own commit.
#include "admin/common.h"

#include <boost/json.hpp>

#include <map>

namespace signet::admin {
namespace {

namespace json = boost::json;

// `id` alone; or a filter.  Then `after` is that of the page before, and `through` the last id that
// is meant: what came after somebody counted is left alone.
constexpr std::string_view kParameters[] = {"id",        "after",  "through", "sender",
                                            "recipient", "domain", "reply",   "account",
                                            "state",     "since",  "before",  "ids"};
constexpr std::size_t kPage = 100;

struct Act {
    std::string_view event;
    std::optional<queue::Edit::Kind> kind;  // nullopt: give it up
};
using Kind = queue::Edit::Kind;
constexpr Act kHold{"queue.held", Kind::hold}, kRelease{"queue.released", Kind::release},
    kRetry{"queue.retried", Kind::retry_now}, kDelete{"queue.deleted", Kind::remove},
    kBounce{"queue.bounced", {}};

constexpr std::string_view kActive = "is being delivered now";

// Empty: it can be done.
std::string_view why_not(const Act& act, queue::State state) {
    const bool held = state == queue::State::hold;
    if (state == queue::State::active) return kActive;
    if (held && act.kind == Kind::hold) return "is held already";
    if (held && act.kind == Kind::retry_now) return "is held; release it";
    if (!held && act.kind == Kind::release) return "is not held";
    return {};
}

enum class Ending {
    done,
    skipped,
    failed
};
std::string_view name(Ending ending) {
    switch (ending) {
    case Ending::done: return "done";
    case Ending::skipped: return "skipped";
    case Ending::failed: return "failed";
    }
    std::unreachable();
}
struct Came {
    Ending ending = Ending::done;
    std::string why;  // behind "message ID "
    Fault fault{};    // of one that failed
};

Came failed(Fault fault) {
    auto why = ": " + fault.message;
    return {Ending::failed, std::move(why), std::move(fault)};
}

Task<Came> act_on(const Services& services, const Request& request, const Act& act,
                  const queue::Entry& entry) {
    if (const auto why = why_not(act, entry.state); !why.empty()) {
        co_return Came{Ending::skipped, std::string{why}};
    }
    auto event = queue_event(services, request, act.event, entry);
    // Who says "now" has reason to think that what was broken works.
    const bool now = act.kind == Kind::retry_now || act.kind == Kind::release;
    if (now && services.outbound.ways) services.outbound.ways->ask_again();
    Result<bool, StoreFault> done = fail(StoreFault::unavailable);
    if (act.kind) {
        done = co_await services.queue.edit(entry.id, {*act.kind, std::move(event)});
    } else if (services.outbound.give_up) {
        done = co_await services.outbound.give_up(entry.id, std::move(event));
    }
    if (!done && done.error() == StoreFault::conflict) {
        co_return Came{Ending::skipped, std::string{kActive}};
    }
    if (!done) co_return failed(fault_of(done.error()));
    // It was delivered, or a worker took it, since it was looked at.
    if (!*done) co_return Came{Ending::skipped, "has just been taken by a delivery, or is gone"};
    co_return Came{};
}

Task<Outcome> edit_one(const Services& services, Request request, const Act& act) {
    const auto id = request.text("id");
    if (!is_ulid(id)) co_return fail(not_found("message", id));
    const auto found = co_await services.queue.find(id);
    if (!found) co_return fail(fault_of(found.error()));
    if (!*found) co_return fail(not_found("message", id));
    const auto came = co_await act_on(services, request, act, **found);
    if (came.ending == Ending::failed) co_return fail(came.fault);
    if (came.ending == Ending::skipped) {
        co_return fail(Fault{Fault::Kind::conflict, "message " + id + " " + came.why});
    }
    co_return Answer{{}, entry_json(**found)};
}

// What became of a page: one item for each message that was meant.
struct Page {
    Answer answer{};
    std::map<Ending, std::size_t> counts{};

    void add(const queue::QueueId& id, const Came& came) {
        ++counts[came.ending];
        json::object item{{"kind", "queue_edit"}, {"queue_id", id}, {"result", name(came.ending)}};
        if (!came.why.empty()) item["why"] = came.why;
        answer.items.push_back(json::serialize(item));
    }
    Answer finish(const queue::QueueId& after, bool more) {
        answer.done = json::serialize(json::object{{"kind", "queue_edits"},
                                                   {"api_version", 1},
                                                   {"done", counts[Ending::done]},
                                                   {"skipped", counts[Ending::skipped]},
                                                   {"failed", counts[Ending::failed]},
                                                   {"after", after},
                                                   {"more", more}});
        return std::move(answer);
    }
};

Task<Outcome> edit_page(const Services& services, Request request, const Act& act) {
    const auto filter = filter_of(request);
    if (!filter) co_return fail(filter.error());
    const auto through = request.text("through");
    const auto entries = co_await services.queue.list(request.text("after"), kPage);
    if (!entries) co_return fail(fault_of(entries.error()));
    Page page;
    bool more = entries->size() == kPage;
    queue::QueueId after;
    for (const auto& entry : *entries) {
        if (!through.empty() && entry.id > through) {
            more = false;
            break;
        }
        after = entry.id;
        if (!matches(*filter, entry)) continue;
        page.add(entry.id, co_await act_on(services, request, act, entry));
    }
    co_return page.finish(after, more);
}

template <const Act& act>
Task<Outcome> edit(const Services& services, Request request) {
    if (request.texts.contains("id")) return edit_one(services, std::move(request), act);
    return edit_page(services, std::move(request), act);
}

}  // namespace

constinit const Endpoint endpoint_queue_hold{"queue.hold", kParameters, edit<kHold>};
constinit const Endpoint endpoint_queue_release{"queue.release", kParameters, edit<kRelease>};
constinit const Endpoint endpoint_queue_retry{"queue.retry", kParameters, edit<kRetry>};
constinit const Endpoint endpoint_queue_delete{"queue.delete", kParameters, edit<kDelete>};
constinit const Endpoint endpoint_queue_bounce{"queue.bounce", kParameters, edit<kBounce>};

}  // namespace signet::admin
