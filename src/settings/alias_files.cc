#include "settings/alias_files.h"

#include "aliases/read.h"
#include "base/text.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

namespace signet::settings {
namespace {

using Kind = aliases::Fault::Kind;

constexpr std::size_t kShown = 100;

unsigned characters(std::string_view text) {
    const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
    return static_cast<unsigned>(std::ranges::count_if(text, starts));
}

// A part of one line of the file.
Place place_of(const SourceText& file, std::size_t offset, std::size_t size) {
    const auto before = std::string_view{file.text}.substr(0, offset);
    const auto line = static_cast<unsigned>(std::ranges::count(before, '\n')) + 1;
    const auto begin = before.rfind('\n');
    const auto column = characters(begin == before.npos ? before : before.substr(begin + 1)) + 1;
    const auto width = characters(std::string_view{file.text}.substr(offset, size));
    return {.file = file.path,
            .line = line,
            .column = column,
            .end_line = line,
            .end_column = column + width,
            .line_text = shown_line(file.text, line)};
}

struct Words {
    std::string_view code;
    std::string message;
    std::string_view label;
};

constexpr std::string_view kName = "write `sales`, `sales@example.com` or `@example.com`";
constexpr std::string_view kRoute =
    "an address at a domain of its own, and a [[route]] for that domain";

Words words_about(Kind kind, const std::string& part) {
    switch (kind) {
    case Kind::no_target: return {"E0340", part + " leads nowhere", "say where its mail goes"};
    case Kind::bad_key:
    case Kind::bad_target: return {"E0340", part + " is neither a name nor an address", kName};
    case Kind::no_comma:
        return {"E0340", "a comma is missing in front of " + part,
                "a comment stands on a line of its own"};
    case Kind::unclosed_quote: return {"E0340", "a quote does not end in its line", {}};
    case Kind::stray_line:
        return {"E0340", "a line goes on that has not begun",
                "a line that begins with a blank belongs to the one before it"};
    case Kind::domain_line:
        return {"E0342", part + " is a domain without an `@`",
                "[[domain]] says which domains are ours: leave the line out"};
    case Kind::pattern:
        return {"E0341", "patterns are not taken", "write each address, or a catch-all"};
    case Kind::program: return {"E0341", "an alias runs no program: " + part, kRoute};
    case Kind::file: return {"E0341", "an alias writes no file: " + part, kRoute};
    case Kind::directive:
        return {"E0341", part + " is not taken", "write the addresses, or name another file"};
    case Kind::line_too_long: return {"E0344", "a line is longer than 64 KiB", {}};
    case Kind::too_large: return {"E0344", "the file is larger than 16 MiB", {}};
    case Kind::too_many: return {"E0344", "there are too many names or targets", {}};
    case Kind::control: return {"E0340", "a control character; is this a text?", {}};
    }
    std::unreachable();
}

class AliasFiles {
public:
    explicit AliasFiles(const Snapshot& settings) {
        for (const auto& domain : settings.domains) {
            auto& ours = domains_[lower(domain.name)];
            for (const auto& one : domain.recipients) {
                if (one != "*") ours.insert(mail::Mailbox{one, {}}.folded().local_part);
            }
        }
        domains_[lower(settings.hostname)];
    }

    void read(const SourceText& file) {
        auto found = aliases::read_aliases(file.text, limits_);
        for (const auto& fault : found.faults) report(file, fault);
        for (auto& entry : found.entries) take(file, std::move(entry));
    }

    Result<aliases::TablePtr, std::vector<Problem>> finish() {
        if (!problems_.empty()) return fail(std::move(problems_));
        std::vector<aliases::OurDomain> domains;
        for (auto& [name, recipients] : domains_) domains.push_back({name, std::move(recipients)});
        return std::make_shared<const aliases::Table>(std::move(domains), std::move(aliases_));
    }

private:
    struct Seen {
        const SourceText* file;
        std::size_t offset;
    };

    Problem& add(std::string_view code, std::string message, Place place, std::string_view label) {
        return problems_.emplace_back(Problem{.code = std::string{code},
                                              .message = std::move(message),
                                              .place = std::move(place),
                                              .label = std::string{label},
                                              .notes = {},
                                              .suggestion = {}});
    }
    void report(const SourceText& file, const aliases::Fault& fault) {
        const auto part = std::string_view{file.text}.substr(fault.offset, fault.size);
        auto words = words_about(fault.kind, "`" + sanitised(part, kShown) + "`");
        add(words.code, std::move(words.message), place_of(file, fault.offset, fault.size),
            words.label);
    }
    void take(const SourceText& file, aliases::Read::Entry entry);

    std::map<std::string, std::set<std::string>> domains_;  // with those that exist there
    std::map<aliases::Key, Seen> seen_;
    std::vector<aliases::Alias> aliases_;
    std::vector<Problem> problems_;
    aliases::Limits limits_;  // what the files may still hold
};

void AliasFiles::take(const SourceText& file, aliases::Read::Entry entry) {
    if (problems_.size() >= limits_.faults) return;
    const auto& key = entry.alias.key;
    const auto place = [&] { return place_of(file, entry.offset, entry.size); };
    if (!key.domain.empty() && !domains_.contains(key.domain)) {
        add("E0342", "`" + sanitised(key.domain, kShown) + "` is no domain of ours", place(),
            "add a [[domain]], or leave the line out");
        return;
    }
    const auto [first, fresh] = seen_.emplace(key, Seen{&file, entry.offset});
    if (!fresh) {
        const auto before = place_of(*first->second.file, first->second.offset, 0);
        add("E0343", "`" + sanitised(key.text(), kShown) + "` is there twice", place(),
            "put the targets together")
            .notes.push_back("first at " + before.file + ":" + std::to_string(before.line));
        return;
    }
    --limits_.aliases;
    limits_.targets -= entry.alias.targets.size();
    aliases_.push_back(std::move(entry.alias));
}

}  // namespace

Result<aliases::TablePtr, std::vector<Problem>> read_alias_files(
    const Snapshot& settings, std::span<const SourceText> files) {
    AliasFiles all{settings};
    for (const auto& file : files) all.read(file);
    return all.finish();
}

}  // namespace signet::settings
