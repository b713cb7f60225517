#include "observe/audit_writer.h"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace signet::observe {
namespace {

constexpr std::size_t kAppendOctets = 1u << 20;  // of one write, or one event

}  // namespace

AuditWriter::AuditWriter(Directory& directory, const Clock& clock, UlidSource& ids, Log& log,
                         AuditWriterOptions options)
    : directory_(directory), clock_(clock), ids_(ids), log_(log), options_(std::move(options)) {}

audit::Event AuditWriter::gap(std::uint64_t missing, std::string detail) const {
    audit::Event event;
    event.time = clock_.wall();
    event.id = ids_.next();
    event.event = "audit.gap";
    event.outcome = audit::Outcome::error;
    event.reason = "backend_error";
    event.severity = audit::Severity::critical;
    event.repeat_count = static_cast<unsigned>(std::min<std::uint64_t>(missing, UINT32_MAX));
    event.detail = std::move(detail);
    return event;
}

void AuditWriter::report_tail(const Tail& tail) {
    if (tail.torn && !tail.torn_is_event) {
        gaps_.push_back(gap(1, "The last line was cut off by a crash; it is closed and kept."));
        log_.write(Level::warning, "the last audit line was cut off by a crash; it was closed",
                   {{"file", std::string{kCurrentAuditFile}}});
    }
    if (tail.unreadable > 0) {
        log_.write(Level::warning, "the audit log has lines that are no events",
                   {{"count", std::to_string(tail.unreadable)}});
    }
}

Result<void, FileFault> AuditWriter::open() {
    if (auto locked = directory_.lock(); !locked) return locked;
    const auto tail = read_tail(directory_);
    if (!tail) return fail(tail.error());
    last_seq_ = synced_seq_ = tail->last_seq;
    for (const auto& id : tail->ids) known_.add(id);
    report_tail(*tail);
    if (auto opened = open_current(); !opened) return opened;
    current_.torn = tail->torn;
    return {};
}

Result<void, FileFault> AuditWriter::open_current() {
    auto file = directory_.open_to_append(std::string{kCurrentAuditFile});
    if (!file) return fail(file.error());
    const auto size = (*file)->size();
    if (!size) return fail(size.error());
    current_ = {std::move(*file), *size, false, false};
    return {};
}

// The full file is synced under its old name, so that what has its full name is complete.
Result<void, FileFault> AuditWriter::rotate() {
    if (auto synced = sync(); !synced) return synced;
    if (!current_.file) return open_current();
    auto renamed = directory_.rename(std::string{kCurrentAuditFile}, full_audit_file(last_seq_));
    if (!renamed) return renamed;
    current_.file.reset();
    return open_current();
}

Result<void, FileFault> AuditWriter::append_text(std::string_view text) {
    while (!text.empty()) {
        const auto taken = current_.file->append(text);
        if (!taken) return fail(taken.error());
        current_.size += *taken;
        text.remove_prefix(*taken);
    }
    return {};
}

AuditWriter::Appended AuditWriter::append_some(std::span<const audit::Event> events) {
    if (current_.torn) {
        if (const auto closed = append_text("\n"); !closed) return {0, closed.error()};
        current_.torn = false;
    }
    std::string text;
    std::vector<std::size_t> ends;  // of each event's line
    while (ends.size() < events.size() && text.size() < kAppendOctets) {
        const audit::Stamp stamp{last_seq_ + ends.size() + 1, options_.node, options_.instance};
        text += audit::to_json(events[ends.size()], stamp) + "\n";
        ends.push_back(text.size());
    }
    const auto begin = current_.size;
    const auto appended = append_text(text);
    const auto octets = current_.size - begin;
    const auto whole = static_cast<std::size_t>(
        std::ranges::count_if(ends, [&](std::size_t end) { return end <= octets; }));
    for (const auto& event : events.first(whole)) {
        known_.add(event.id);
        unsynced_ids_.push_back(event.id);
    }
    last_seq_ += whole;
    if (appended) return {whole, {}};

    // A cut line is taken back; if that cannot be, the next append closes it.
    const auto lines = begin + (whole > 0 ? ends[whole - 1] : 0);
    current_.torn = current_.size > lines;
    if (current_.torn && current_.file->truncate(lines)) {
        current_.size = lines;
        current_.torn = false;
    }
    return {whole, appended.error()};
}

AuditWriter::Appended AuditWriter::append(std::span<const audit::Event> events) {
    Appended total;
    const auto failed = [&](FileFault fault) {
        total.fault = fault;
        return total;
    };
    if (!current_.file) {
        if (const auto opened = open_current(); !opened) return failed(opened.error());
    }
    if (current_.size >= options_.rotate_octets) {
        const auto rotated = rotate();
        if (!rotated && !current_.file) return failed(rotated.error());
        if (!rotated) {  // better a long file than none
            log_.write(Level::warning, "the audit file could not be rotated",
                       {{"error", rotated.error().text()}});
        }
    }
    while (!gaps_.empty()) {
        const auto told = append_some(std::span{gaps_}.first(1));
        if (told.fault) return failed(*told.fault);
        gaps_.erase(gaps_.begin());
    }
    while (total.events < events.size()) {
        const auto some = append_some(events.subspan(total.events));
        total.events += some.events;
        if (some.fault) return failed(*some.fault);
    }
    return total;
}

// fsync tells of a failure once and then forgets the octets (a later call says yes to nothing), so
// the file is left as it is and what comes goes into a new one.
void AuditWriter::set_aside(FileFault fault) {
    const auto missing = last_seq_ - synced_seq_;
    log_.write(Level::error, "the audit file could not be synced and is set aside",
               {{"error", fault.text()}, {"events", std::to_string(missing)}});
    gaps_.push_back(gap(missing, "A sync failed; events " + std::to_string(synced_seq_ + 1) +
                                     " to " + std::to_string(last_seq_) + " may be missing."));
    known_.forget(unsynced_ids_);
    unsynced_ids_.clear();
    current_.file.reset();
    synced_seq_ = last_seq_;
    if (!directory_.rename(std::string{kCurrentAuditFile}, full_audit_file(last_seq_))) {
        log_.write(Level::error, "the audit file that could not be synced keeps its name");
    }
}

Result<void, FileFault> AuditWriter::sync() {
    if (!current_.file || (!unsynced() && current_.names_synced)) return {};
    if (const auto synced = current_.file->sync(); !synced) {
        set_aside(synced.error());
        return fail(synced.error());
    }
    if (!current_.names_synced) {
        // The octets are safe, their name is not: the next call asks again.
        if (auto named = directory_.sync(); !named) return named;
        current_.names_synced = true;
    }
    synced_seq_ = last_seq_;
    unsynced_ids_.clear();
    return {};
}

}  // namespace signet::observe
