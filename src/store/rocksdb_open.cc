// Opening a spool: what a crash, a power cut or a bad disk left is read again here, and trusted in
// nothing.  A torn end of the log was never promised to anybody.  Damage before the end is
// another matter: a copy goes to quarantine/, what can still be read is kept, and it is reported.
#include "queue/record.h"
#include "store/rocksdb_keys.h"
#include "store/rocksdb_spool.h"

namespace signet::store {
namespace {

namespace fs = std::filesystem;

constexpr int kFormatVersion = 1;

std::unexpected<SpoolFault> spool_fault(SpoolFault::Kind kind, std::string message) {
    return fail(SpoolFault{kind, std::move(message)});
}

// All that is found while a spool is opened.
struct Opening {
    RocksQueueParts parts;
    std::shared_ptr<SpoolFiles> files;
    std::unique_ptr<Database> database{};
    SpoolReport report{};
    std::vector<Change::Due> due{};
    std::vector<std::pair<std::string, std::string>> unreadable{};  // rows
    EventRange events{};
    bool salvaged = false;

    fs::path database_path() const { return files->path() / "db"; }
    Result<void, SpoolFault> open_database();
    Result<void, SpoolFault> salvage(const std::string& why);
    Result<void, SpoolFault> copy_to_quarantine(const std::string& why);
    Result<void, SpoolFault> check_format();
    Result<void, SpoolFault> read_rows();
    Result<void, StoreFault> scan_entries(bool& newer);
    Result<void, StoreFault> scan_holds();
    Result<void, StoreFault> scan_events(bool& newer);
    Result<void, SpoolFault> set_unreadable_aside();
    Result<void, SpoolFault> sweep();
};

Result<void, SpoolFault> Opening::open_database() {
    auto opened = Database::open(database_path(), Database::Damage::refuse);
    if (opened) {
        database = std::move(*opened);
        return {};
    }
    const auto& [fault, message] = opened.error();
    if (fault == StoreFault::corrupt) return salvage(message);
    return spool_fault(SpoolFault::Kind::io,
                       "cannot open " + database_path().string() + ": " + message);
}

// A whole copy first: whatever is lost below can be looked for there by hand.
Result<void, SpoolFault> Opening::copy_to_quarantine(const std::string& why) {
    const auto name = "db-" + parts.ids.next();
    std::error_code error;
    fs::copy(database_path(), files->path() / "quarantine" / name, fs::copy_options::recursive,
             error);
    if (error) {
        return spool_fault(SpoolFault::Kind::damaged, "the spool is damaged (" + why +
                                                          ") and cannot be copied to quarantine/" +
                                                          name + ": " + error.message() +
                                                          "; nothing was changed");
    }
    report.damage.push_back("the spool was damaged (" + why +
                            "): what can be read goes on, a copy of all is in " +
                            (files->path() / "quarantine" / name).string());
    salvaged = true;
    return {};
}

Result<void, SpoolFault> Opening::salvage(const std::string& why) {
    database.reset();
    if (const auto copied = copy_to_quarantine(why); !copied) return copied;
    auto opened = Database::open(database_path(), Database::Damage::skip);
    if (!opened || !opened.value()->scan("", "", [](auto, auto) { return true; })) {
        if (opened) opened->reset();
        if (const auto repaired = Database::repair(database_path()); !repaired) {
            return spool_fault(
                SpoolFault::Kind::damaged,
                report.damage.back() + "; repair failed: " + repaired.error().message);
        }
        opened = Database::open(database_path(), Database::Damage::skip);
    }
    if (!opened) {
        return spool_fault(
            SpoolFault::Kind::damaged,
            report.damage.back() + "; it cannot be read even in part: " + opened.error().message);
    }
    database = std::move(*opened);
    return {};
}

Result<void, SpoolFault> Opening::check_format() {
    const auto found = database->get(key::kFormat);
    if (!found) return spool_fault(SpoolFault::Kind::io, "cannot read the spool's format");
    if (*found) {
        if (**found == std::to_string(kFormatVersion)) return {};
        return spool_fault(SpoolFault::Kind::newer,
                           "the spool has format " + **found + ", written by a newer Signet; " +
                               "this one knows format " + std::to_string(kFormatVersion) +
                               ". Nothing was changed");
    }
    Database::Batch batch;
    batch.put(key::kFormat, std::to_string(kFormatVersion));
    if (!database->write(batch, Database::Sync::yes)) {
        return spool_fault(SpoolFault::Kind::io, "cannot write to the spool");
    }
    return {};
}

Result<void, StoreFault> Opening::scan_entries(bool& newer) {
    return database->scan(key::kEntries, key::kEntries, [&](auto row, auto record) {
        const auto entry = queue::decode_entry(record);
        if (entry && key::entry(entry->id) == row) {
            due.push_back({entry->id, entry->due, weight_of(*entry)});
        } else {
            newer |= !entry && entry.error() == queue::RecordFault::version;
            unreadable.emplace_back(row, record);
        }
        return true;
    });
}

// Damage may have taken the row of an entry and left its hold: it holds nobody.
Result<void, StoreFault> Opening::scan_holds() {
    std::set<queue::QueueId> held;
    const auto scanned = database->scan(key::kHolds, key::kHolds, [&](auto row, auto) {
        held.emplace(row.substr(key::kHolds.size()));
        return true;
    });
    for (auto& one : due) one.held = held.contains(one.id);
    return scanned;
}

Result<void, StoreFault> Opening::scan_events(bool& newer) {
    events = {};
    return database->scan(key::kEvents, key::kEvents, [&](auto row, auto record) {
        const auto number = key::event_number(row);
        const auto event = queue::decode_event(record);
        if (!number || !event) {
            newer |= number && event.error() == queue::RecordFault::version;
            unreadable.emplace_back(row, record);
            return true;
        }
        if (report.events++ == 0) events.first = *number;
        events.last = *number;
        return true;
    });
}

Result<void, SpoolFault> Opening::read_rows() {
    bool newer = false;
    const auto scan = [&] {
        due.clear();
        unreadable.clear();
        report.events = 0;
        auto scanned = scan_entries(newer);
        if (scanned) scanned = scan_holds();
        return scanned ? scan_events(newer) : scanned;
    };
    auto scanned = scan();
    if (!scanned && scanned.error() == StoreFault::corrupt && !salvaged) {
        if (const auto saved = salvage("a table cannot be read"); !saved) return saved;
        scanned = scan();
    }
    if (!scanned) return spool_fault(SpoolFault::Kind::io, "cannot read the spool's entries");
    if (newer) {
        return spool_fault(SpoolFault::Kind::newer,
                           "the spool has records of a newer Signet; nothing was changed");
    }
    report.entries = due.size();
    return {};
}

// One bad record never blocks the others.  What was noticed goes to the audit log in the same
// write as the move, so that it is told once and for certain.
Result<void, SpoolFault> Opening::set_unreadable_aside() {
    Database::Batch batch;
    for (const auto& [row, record] : unreadable) {
        batch.put(key::quarantined(row), record);
        batch.erase(row);
        const auto what = row.starts_with(key::kEntries) ? "message " + row.substr(1) : "an event";
        report.damage.push_back(what + " could not be read and was set aside in the spool");
    }
    for (const auto& sentence : report.damage) {
        const auto event = spool_event(parts, "queue.damaged", audit::Severity::critical, sentence);
        batch.put(key::event(++events.last), queue::encode_event(event));
    }
    if (batch.empty()) return {};
    if (!database->write(batch, Database::Sync::yes)) {
        return spool_fault(SpoolFault::Kind::io, "cannot write to the spool");
    }
    return {};
}

Result<void, SpoolFault> Opening::sweep() {
    std::set<queue::QueueId> known;
    for (const auto& one : due) known.insert(one.id);
    const auto aside = key::quarantined(key::kEntries);
    const auto scanned = database->scan(aside, aside, [&](std::string_view row, auto) {
        known.emplace(row.substr(aside.size()));
        return true;
    });
    if (!scanned) return spool_fault(SpoolFault::Kind::io, "cannot read the spool");
    // After damage a file without an entry may be all that is left of an accepted message.
    const auto swept =
        files->sweep([&](const queue::QueueId& id) { return known.contains(id); }, salvaged);
    if (!swept) return spool_fault(SpoolFault::Kind::io, "cannot sweep the spool's files");
    report.swept_files = *swept;
    return {};
}

}  // namespace

Result<std::unique_ptr<RocksQueue>, SpoolFault> RocksQueue::open(const RocksQueueOptions& options,
                                                                 RocksQueueParts parts) {
    auto files = SpoolFiles::open(options.directory);
    if (!files) return fail(files.error());
    Opening opening{.parts = parts, .files = std::move(*files)};
    for (const auto step : {&Opening::open_database, &Opening::check_format, &Opening::read_rows,
                            &Opening::set_unreadable_aside, &Opening::sweep}) {
        if (const auto done = (opening.*step)(); !done) return fail(done.error());
    }
    auto spool = std::make_unique<Spool>(parts, std::move(opening.files),
                                         std::move(opening.database), options.reserve());
    for (const auto& [id, when, weight, held] : opening.due) {
        spool->claims.claims.put(id, when, weight, held);
    }
    spool->start(opening.events, options.on_sync);
    return std::unique_ptr<RocksQueue>{new RocksQueue(std::move(spool), std::move(opening.report))};
}

}  // namespace signet::store
