#include "observe/audit_file.h"

#include "audit/text_line.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace signet::observe {
namespace {

// What an event takes in memory, roughly: enough to bound the queue.
std::size_t octets_of(const audit::Event& event) {
    auto octets = sizeof event + event.user_name.size() + event.detail.size() +
                  event.client.ehlo.size() + event.authzid.size();
    if (event.message) {
        octets += event.message->sender.size() + event.message->message_id.size();
        for (const auto& recipient : event.message->recipients) {
            octets += sizeof recipient + recipient.size();
        }
    }
    for (const auto& change : event.change) {
        octets += sizeof change + change.old_value.size() + change.new_value.size();
    }
    return octets;
}

Level level_of(audit::Severity severity) {
    switch (severity) {
    case audit::Severity::info: return Level::info;
    case audit::Severity::notice: return Level::notice;
    case audit::Severity::warning: return Level::warning;
    case audit::Severity::critical: return Level::error;
    }
    std::unreachable();
}

}  // namespace

Result<std::unique_ptr<AuditFile>, FileFault> AuditFile::open(std::unique_ptr<Directory> directory,
                                                              AuditFileParts parts,
                                                              AuditFileOptions options) {
    std::unique_ptr<AuditFile> store{
        new AuditFile{std::move(directory), parts, std::move(options)}};
    if (const auto opened = store->writer_.open(); !opened) return fail(opened.error());
    store->thread_ = std::thread{[self = store.get()] { self->run(); }};
    return store;
}

AuditFile::AuditFile(std::unique_ptr<Directory> directory, AuditFileParts parts,
                     AuditFileOptions options)
    : directory_(std::move(directory)),
      parts_(parts),
      options_(std::move(options)),
      writer_(*directory_, parts_.clock, parts_.ids, parts_.log, options_.writer) {}

AuditFile::~AuditFile() {
    {
        const std::lock_guard lock{mutex_};
        state_.stopping = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void AuditFile::tell(const audit::Event& event) {
    parts_.log.write_line(level_of(event.severity), audit::text_line(event));
}

void AuditFile::record(audit::Event event) {
    parts_.redactor.apply(event);
    if (event.id.empty()) event.id = parts_.ids.next();
    tell(event);
    const auto octets = octets_of(event);
    bool wake = false;
    {
        const std::lock_guard lock{mutex_};
        if (queue_.octets + octets > options_.queue_octets) {
            ++queue_.lost;
            return;
        }
        queue_.octets += octets;
        queue_.items.push_back({std::move(event), octets, false});
        wake = std::exchange(state_.idle, false);
    }
    if (wake) changed_.notify_all();
}

Result<void, StoreFault> AuditFile::write_through(std::span<const audit::Event> events) {
    Request request;
    std::unique_lock lock{mutex_};
    for (auto event : events) {
        parts_.redactor.apply(event);
        if (event.id.empty()) event.id = parts_.ids.next();
        const auto octets = octets_of(event);
        queue_.octets += octets;  // bounded by the callers, who wait
        queue_.items.push_back({std::move(event), octets, true});
    }
    queue_.requests.push_back(&request);
    changed_.notify_all();
    changed_.wait(lock, [&] { return request.answer.has_value(); });
    return *request.answer;
}

void AuditFile::wait_for_work(std::unique_lock<std::mutex>& lock) {
    const auto urgent = [this] { return state_.stopping || !queue_.requests.empty(); };
    if (fault_) {
        changed_.wait_for(lock, options_.retry, urgent);
        return;
    }
    const auto any = [&] { return urgent() || !queue_.items.empty() || queue_.lost > 0; };
    state_.idle = true;
    if (writer_.unsynced())
        changed_.wait_for(lock, options_.sync_after, any);
    else
        changed_.wait(lock, any);
    state_.idle = false;
    // To be woken for each event would cost a busy server more than to write them.
    if (!urgent() && any() && state_.rush.is_on(std::chrono::steady_clock::now())) {
        changed_.wait_for(lock, Rush::kGather, urgent);
    }
}

void AuditFile::run() {
    std::unique_lock lock{mutex_};
    for (bool last = false; !last;) {
        wait_for_work(lock);
        last = state_.stopping;
        std::vector<Item> items{std::make_move_iterator(queue_.items.begin()),
                                std::make_move_iterator(queue_.items.end())};
        queue_.items.clear();
        state_.rush.came(items.size(), std::chrono::steady_clock::now());
        const auto requests = std::exchange(queue_.requests, {});
        const auto lost = std::exchange(queue_.lost, 0);
        const bool sync = last || !requests.empty() || (items.empty() && lost == 0);
        lock.unlock();
        const auto fault = carry(items, lost, sync);
        note(fault);
        lock.lock();
        queue_.octets = 0;
        for (const auto& item : queue_.items) queue_.octets += item.octets;
        if (fault) put_back(std::move(items));
        answer(requests, fault);
    }
}

// What was written is taken out of `items`.
std::optional<FileFault> AuditFile::carry(std::vector<Item>& items, std::uint64_t lost, bool sync) {
    std::vector<audit::Event> events;
    std::vector<std::size_t> places;  // in items
    std::unordered_set<Ulid> seen;
    if (lost > 0) {
        events.push_back(writer_.gap(lost, "The queue was full; so many events were not written."));
    }
    const auto extra = events.size();
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto& item = items[i];
        const bool again =
            item.through && (writer_.knows(item.event.id) || seen.contains(item.event.id));
        seen.insert(item.event.id);
        if (again) continue;
        events.push_back(item.event);
        places.push_back(i);
    }
    const auto appended = writer_.append(events);
    const auto written = appended.events - std::min(appended.events, extra);
    for (std::size_t i = 0; i < written; ++i) {
        if (items[places[i]].through) tell(items[places[i]].event);
    }
    auto fault = appended.fault;
    if (!fault && sync) {
        if (const auto synced = writer_.sync(); !synced) fault = synced.error();
    }
    if (lost > 0 && appended.events == 0) {
        const std::lock_guard lock{mutex_};
        queue_.lost += lost;
    }
    const auto first_left = written < places.size() ? places[written] : items.size();
    items.erase(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(first_left));
    return fault;
}

// In front of what came meanwhile.  Those of a request go: their caller is told, and asks again.
void AuditFile::put_back(std::vector<Item> items) {
    std::erase_if(items, [](const Item& item) { return item.through; });
    for (auto item = items.rbegin(); item != items.rend(); ++item) {
        queue_.octets += item->octets;
        queue_.items.push_front(std::move(*item));
    }
}

void AuditFile::answer(const std::vector<Request*>& requests,
                       const std::optional<FileFault>& fault) {
    for (auto* request : requests) {
        request->answer = fault ? Result<void, StoreFault>{fail(
                                      fault->full() ? StoreFault::full : StoreFault::unavailable)}
                                : Result<void, StoreFault>{};
    }
    if (!requests.empty()) changed_.notify_all();
}

// Said once when it begins and once when it ends, not at every try.
void AuditFile::note(const std::optional<FileFault>& fault) {
    if (fault && fault_ != fault) {
        parts_.log.write(Level::error, "the audit log cannot be written; events wait in memory",
                         {{"error", fault->text()}});
    }
    if (!fault && fault_) parts_.log.write(Level::notice, "the audit log is written again");
    fault_ = fault;
    healthy_ = !fault;
    if (fault) ++failures_;
}

std::size_t AuditFile::waiting() const {
    const std::lock_guard lock{mutex_};
    return queue_.items.size() + queue_.lost;
}

}  // namespace signet::observe
