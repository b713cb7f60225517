// queue export: messages as files, out of the spool of a server that does not run.
#include "app/load_settings.h"
#include "audit/timestamp.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/export_files.h"
#include "cli/queue_filter.h"
#include "store/stopped_spool.h"

#include <unistd.h>

#include <boost/json.hpp>

#include <ostream>

namespace signet::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr auto kArguments = with_filter(std::to_array<Argument>(
    {{.name = "--offline",
      .value = {},
      .description = "of a server that does not run; there is no other way yet",
      .required = false},
     {.name = "--to",
      .value = "DIR",
      .description = "made if it is not there; default queue-export"},
     {.name = "--spool",
      .value = "DIR",
      .description = "another spool than that of the settings: a copy, perhaps"}}));
constexpr std::string_view kExamples[] = {
    "queue export --offline --to /srv/saved",
    "queue export --offline --spool /mnt/disk/signet/spool --domain example.net"};

struct Wanted {
    fs::path spool, to;
    queue::Filter filter;
    bool everything = false;  // no filter: what has lost its envelope is wanted, too
};

struct Counts {
    std::size_t exported = 0, there = 0, damaged = 0, failed = 0;
};

json::object envelope_json(const queue::Entry& entry) {
    json::array recipients;
    for (std::size_t i = 0; i < entry.recipients.size(); ++i) {
        const auto& status = entry.recipients[i];
        json::object one{
            {"address", sanitised(entry.info.envelope.recipients[i].mailbox.text(), 512)},
            {"state", queue::name(status.state)}};
        if (!status.last_reply.empty()) one["last_reply"] = sanitised(status.last_reply, 1'024);
        recipients.push_back(std::move(one));
    }
    return {{"sender", sanitised(entry.info.envelope.sender.text(), 512)},
            {"recipients", std::move(recipients)},
            {"account", sanitised(entry.info.account, 1'024)},
            {"message_id", sanitised(entry.info.message_id, 2'048)},
            {"accepted", audit::timestamp(entry.info.accepted)},
            {"due", audit::timestamp(entry.due)},
            {"attempts", entry.attempts},
            {"state", queue::name(entry.state)},
            {"size", entry.content_octets}};
}

std::string sidecar(const queue::QueueId& id, const Result<queue::Entry, std::string>& entry,
                    const std::string& why) {
    json::object object{{"kind", "exported_message"}, {"api_version", 1}, {"queue_id", id}};
    object["envelope"] = entry ? json::value(envelope_json(*entry)) : json::value(nullptr);
    object["whole"] = why.empty();
    if (!why.empty()) object["damage"] = why;
    return json::serialize(object) + "\n";
}

class Export {
public:
    Export(const store::StoppedSpool& spool, const Wanted& wanted, Console& console)
        : spool_(spool), wanted_(wanted), console_(console) {}

    Counts run() {
        for (const auto& id : spool_.ids()) one(id);
        return counts_;
    }

private:
    void one(const queue::QueueId& id) {
        const auto entry = spool_.entry(id);
        const bool meant = entry ? matches(wanted_.filter, *entry) : wanted_.everything;
        if (!meant) return;
        auto why = entry ? std::string{} : entry.error();
        if (const auto done = write(id, entry, why); !done) {
            ++counts_.failed;
            console_.err << "signet: message " << id << ": " << done.error() << "\n";
            return;
        }
        if (why.empty()) return;
        ++counts_.damaged;
        console_.err << "signet: message " << id << ": " << why << "\n";
    }

    // The content first: where there is a sidecar its message is complete.
    Result<void, std::string> write(const queue::QueueId& id,
                                    const Result<queue::Entry, std::string>& entry,
                                    std::string& why) {
        auto file = ExportFile::create(wanted_.to, "." + id + ".part");
        if (!file) return fail(file.error());
        bool written = true;
        const auto read = spool_.content(id, entry ? &*entry : nullptr, [&](std::string_view part) {
            written = file->write(part);
            return written;
        });
        if (!written) return fail(std::string{"cannot be written: is there space?"});
        if (!read) why += (why.empty() ? "" : "; ") + read.error();
        const auto put = file->put(id + (why.empty() ? ".eml" : ".damaged.eml"));
        if (!put) return fail(put.error());
        ++(*put ? counts_.exported : counts_.there);
        if (!*put) return {};
        return write_sidecar(id, sidecar(id, entry, why));
    }

    Result<void, std::string> write_sidecar(const queue::QueueId& id, const std::string& text) {
        auto file = ExportFile::create(wanted_.to, "." + id + ".part");
        if (!file) return fail(file.error());
        if (!file->write(text)) return fail(std::string{"its envelope cannot be written"});
        const auto put = file->put(id + ".json");
        if (!put) return fail(put.error());
        return {};
    }

    const store::StoppedSpool& spool_;
    const Wanted& wanted_;
    Console& console_;
    Counts counts_;
};

// Where a damaged database is copied to; goes with its owner.
class Scratch {
public:
    explicit Scratch(const fs::path& in) : path_((in / ".work-XXXXXX").string()) {
        made_ = ::mkdtemp(path_.data()) != nullptr;
    }
    ~Scratch() {
        std::error_code error;
        if (made_) fs::remove_all(path_, error);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    bool made() const { return made_; }
    const std::string& path() const { return path_; }

private:
    std::string path_;
    bool made_ = false;
};

Result<Wanted, LinkFault> wanted_of(const Invocation& invocation) {
    if (!invocation.has("--offline")) {
        return fail(LinkFault{Exit::usage, "stop the server and say --offline"});
    }
    const auto now = std::chrono::floor<WallTime::duration>(std::chrono::system_clock::now());
    const auto words = filter_words(invocation, now);
    if (!words) return fail(LinkFault{Exit::usage, words.error()});
    auto filter = queue::parse_filter(words->texts, words->ids);
    if (!filter) return fail(LinkFault{Exit::usage, filter.error()});
    Wanted wanted{.spool = invocation.one("--spool"),
                  .to = invocation.has("--to") ? invocation.one("--to") : "queue-export",
                  .filter = std::move(*filter),
                  .everything = !has_filter(invocation)};
    if (!wanted.spool.empty()) return wanted;
    const auto loaded = app::load_settings(invocation.config());
    if (!loaded) {
        return fail(LinkFault{Exit::settings,
                              "the settings in " + invocation.config() + " cannot be used: " +
                                  loaded.error().front().message + " (or say --spool DIR)"});
    }
    wanted.spool = loaded->snapshot.storage.path + "/spool";
    return wanted;
}

// Nothing is ever written into the spool, by mistake neither.
bool is_inside(const fs::path& path, const fs::path& spool) {
    std::error_code error;
    const auto inner = fs::weakly_canonical(path, error),
               outer = fs::weakly_canonical(spool, error);
    return std::ranges::mismatch(outer, inner).in1 == outer.end();
}

void print(const Invocation& invocation, Console& console, const Wanted& wanted,
           const Counts& counts) {
    if (invocation.json()) {
        console.out << json::serialize(json::object{{"kind", "queue_export"},
                                                    {"api_version", 1},
                                                    {"to", wanted.to.string()},
                                                    {"exported", counts.exported},
                                                    {"there_already", counts.there},
                                                    {"damaged", counts.damaged},
                                                    {"failed", counts.failed}})
                    << "\n";
        return;
    }
    console.out << counts.exported << " messages exported to " << wanted.to.string() << ", "
                << counts.damaged << " of them damaged; " << counts.there << " were there already; "
                << counts.failed << " failed\n";
}

Exit run(const Invocation& invocation, Console& console) {
    const auto wanted = wanted_of(invocation);
    if (!wanted) return complain(wanted.error(), console);
    if (is_inside(wanted->to, wanted->spool)) {
        return complain({Exit::usage, "--to is inside the spool"}, console);
    }
    if (const auto made = make_export_directory(wanted->to); !made) {
        return complain({Exit::failed, made.error()}, console);
    }
    const Scratch scratch{wanted->to};
    if (!scratch.made()) {
        return complain({Exit::failed, "cannot write to " + wanted->to.string()}, console);
    }
    const auto spool = store::StoppedSpool::open(wanted->spool, scratch.path());
    if (!spool) {
        const bool busy = spool.error().kind == store::SpoolFault::Kind::busy;
        return complain({busy ? Exit::conflict : Exit::not_found, spool.error().message}, console);
    }
    for (const auto& sentence : (*spool)->damage()) console.err << "signet: " << sentence << "\n";
    const auto counts = Export{**spool, *wanted, console}.run();
    print(invocation, console, *wanted, counts);
    if (counts.failed > 0) return Exit::failed;
    return counts.damaged > 0 || !(*spool)->damage().empty() ? Exit::findings : Exit::ok;
}

}  // namespace

constinit const Command command_queue_export{
    .noun = "queue",
    .verb = "export",
    .summary = "Write the messages of a stopped server into files",
    .description =
        "Each as ID.eml, octet for octet as it would be sent, and ID.json with its envelope and "
        "what became of each recipient. The spool is only read, never changed or repaired; a "
        "damaged one is read as far as it goes: what is not whole is named ID.damaged.eml, and "
        "the exit code is 3. A file that is there already stays as it is.",
    .arguments = kArguments,
    .examples = kExamples,
    .run = run};

}  // namespace signet::cli
