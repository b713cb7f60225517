#include "settings/parse.h"

#include "base/text.h"
#include "settings/described.h"
#include "settings/read_value.h"
#include "settings/spelling.h"
#include "settings/validate.h"

#include <algorithm>
#include <tuple>

namespace signet::settings {
namespace {

std::string code_quoted(std::string_view text) { return "`" + sanitised(text, 100) + "`"; }

std::string title(const Section& section) {
    if (section.name.empty()) return "at the top of the file";
    return (section.repeated ? "in [[" : "in [") + std::string{section.name} +
           (section.repeated ? "]]" : "]");
}

// One record of the snapshot while it is being read.
struct Record {
    const Section& section;
    std::string path;                          // "listener[0]"; empty at the top
    std::vector<std::optional<Value>> values;  // one for each key of the section

    std::string path_of(std::string_view key) const {
        return path.empty() ? std::string{key} : path + "." + std::string{key};
    }
};

class SettingsReader {
public:
    explicit SettingsReader(std::span<const SourceText> files) : files_(files) {}
    Result<Parsed, std::vector<Problem>> read();

private:
    void read_file(const SourceText& file, bool first);
    void read_version(const Document& document, bool first);
    void read_entry(const Entry& entry, Record& top);
    void read_sections(const Section& section, const Entry& entry);
    void read_record(const Section& section, const Node& table, Place place);
    void read_keys(const Node& table, std::string_view prefix, Record& record);
    void read_key(const Entry& entry, std::string_view name, Record& record);
    void fill(Record& record);
    void require_keys(const Record& record, const Place& place);
    void unknown_key(const Entry& entry, std::string_view name, const Section& section);
    void wrong_brackets(const Section& section, const Entry& entry);
    bool set_before(const std::string& path, const Entry& entry);
    Problem& add(std::string code, std::string message, Place place, std::string label = {});
    void finish();

    std::span<const SourceText> files_;
    Parsed parsed_;
    Findings findings_;
    bool complete_ = true;
};

Problem& SettingsReader::add(std::string code, std::string message, Place place,
                             std::string label) {
    return findings_.problems.emplace_back(Problem{.code = std::move(code),
                                                   .message = std::move(message),
                                                   .place = std::move(place),
                                                   .label = std::move(label),
                                                   .notes = {},
                                                   .suggestion = {}});
}

// ---- one key
// --------------------------------------------------------------------------------------

std::vector<std::string_view> names_in(const Section& section) {
    std::vector<std::string_view> names;
    if (section.name.empty()) names.push_back("version");
    for (const auto& key : section.keys) names.push_back(key.name);
    return names;
}

void SettingsReader::unknown_key(const Entry& entry, std::string_view name,
                                 const Section& section) {
    auto names = names_in(section);
    auto& problem =
        add("E0102", "unknown key " + code_quoted(name) + " " + title(section), entry.place);
    std::string allowed;
    for (const auto known : names) allowed += (allowed.empty() ? "" : ", ") + std::string{known};
    if (section.name.empty()) {  // it may be meant as a section
        for (const auto& other : sections()) names.push_back(other.name);
    }
    if (const auto meant = nearest(name, names); !meant.empty()) {
        problem.label = "did you mean " + code_quoted(meant) + "?";
        problem.suggestion = Suggestion{std::string{name}, meant};
    }
    problem.notes.push_back("keys allowed " + title(section) + ": " + allowed);
}

// A scalar that another file, or another table of this one, has set already.
bool SettingsReader::set_before(const std::string& path, const Entry& entry) {
    const auto [first, fresh] = parsed_.places.written.try_emplace(path, entry.place);
    if (fresh) return false;
    add("E0107", code_quoted(path) + " is set in two files", entry.place, "leave one of them out")
        .notes.push_back("first set at " + first->second.file + ":" +
                         std::to_string(first->second.line));
    return true;
}

void SettingsReader::read_key(const Entry& entry, std::string_view name, Record& record) {
    for (std::size_t i = 0; i < record.section.keys.size(); ++i) {
        const auto& key = record.section.keys[i];
        if (key.name != name) continue;
        const auto path = record.path_of(name);
        if (set_before(path, entry)) return;
        parsed_.places.written[path] = entry.value.place;
        record.values[i] = read_value(entry.value, key.type, name, findings_);
        if (!record.values[i]) parsed_.places.spoiled.insert(path);
        return;
    }
    unknown_key(entry, name, record.section);
}

// `auth = { user = … }` and `auth.user = …` are the key "auth.user".
void SettingsReader::read_keys(const Node& table, std::string_view prefix, Record& record) {
    for (const auto& entry : table.entries) {
        const auto name = std::string{prefix} + entry.key;
        const auto below = name + ".";
        const bool group = std::ranges::any_of(
            record.section.keys, [&](const Key& key) { return key.name.starts_with(below); });
        if (!group) {
            read_key(entry, name, record);
        } else if (entry.value.kind == Node::Kind::table) {
            read_keys(entry.value, below, record);
        } else {
            parsed_.places.spoiled.insert(record.path_of(name));
            add("E0104",
                code_quoted(name) + " cannot be " + std::string{settings::name(entry.value.kind)},
                entry.value.place, "expected a table");
        }
    }
}

// In the order of the section's table, which is not that of the file: a key may give another its
// default (route.host, route.implicit_tls).
void SettingsReader::fill(Record& record) {
    void* const fields = record.section.record(parsed_.snapshot);
    for (std::size_t i = 0; i < record.values.size(); ++i) {
        if (auto& value = record.values[i]) record.section.keys[i].set(fields, std::move(*value));
    }
}

void SettingsReader::require_keys(const Record& record, const Place& place) {
    for (const auto& key : record.section.keys) {
        if (!key.required || parsed_.places.written.contains(record.path_of(key.name))) continue;
        parsed_.places.spoiled.insert(record.path_of(key.name));
        add("E0105", "missing key " + code_quoted(key.name) + " " + title(record.section), place)
            .notes.push_back(std::string{key.name} + ": " + type_text(key.type));
    }
}

// ---- sections and files
// ---------------------------------------------------------------------------

void SettingsReader::read_record(const Section& section, const Node& table, Place place) {
    Record record{section, std::string{section.name}, {}};
    record.values.resize(section.keys.size());
    if (section.repeated) {
        std::size_t index = 0;
        while (parsed_.places.written.contains(record.path + "[" + std::to_string(index) + "]")) {
            ++index;
        }
        record.path += "[" + std::to_string(index) + "]";
    }
    parsed_.places.written.try_emplace(record.path, place);
    read_keys(table, "", record);
    if (section.repeated && complete_) require_keys(record, place);
    fill(record);
}

void SettingsReader::wrong_brackets(const Section& section, const Entry& entry) {
    const auto name = std::string{section.name};
    const auto right = section.repeated ? "[[" + name + "]]" : "[" + name + "]";
    if (entry.value.kind == Node::Kind::table || entry.value.list_of_tables) {
        add("E0103", code_quoted(name) + " is written " + right, entry.place, "write " + right);
    } else {
        add("E0104",
            code_quoted(name) + " is a section, not " +
                std::string{settings::name(entry.value.kind)},
            entry.place, "write " + right);
    }
}

void SettingsReader::read_sections(const Section& section, const Entry& entry) {
    const auto& value = entry.value;
    const bool tables = value.kind == Node::Kind::list && !value.items.empty() &&
                        std::ranges::all_of(value.items, [](const Node& item) {
                            return item.kind == Node::Kind::table;
                        });
    if (section.repeated && tables) {
        for (const auto& item : value.items) {
            auto place = item.place;  // of the header: one line, whatever the table's extent
            place.end_line = place.line;
            place.end_column = static_cast<unsigned>(place.line_text.size()) + 1;
            read_record(section, item, std::move(place));
        }
    } else if (!section.repeated && value.kind == Node::Kind::table) {
        read_record(section, value, entry.place);
    } else {
        wrong_brackets(section, entry);
    }
}

void SettingsReader::read_entry(const Entry& entry, Record& top) {
    if (entry.key == "version") return;
    const auto* section = entry.key.empty() ? nullptr : find_section(entry.key);
    if (section) return read_sections(*section, entry);
    const bool is_table = entry.value.kind == Node::Kind::table || entry.value.list_of_tables;
    if (!is_table) return read_key(entry, entry.key, top);

    std::vector<std::string_view> names;
    for (const auto& known : sections()) {
        if (!known.name.empty()) names.push_back(known.name);
    }
    auto& problem =
        add("E0103", "unknown section [" + sanitised(entry.key, 100) + "]", entry.place);
    if (const auto meant = nearest(entry.key, names); !meant.empty()) {
        problem.label = "did you mean [" + meant + "]?";
        problem.suggestion = Suggestion{entry.key, meant};
    }
    std::string all;
    for (const auto known : names) all += (all.empty() ? "" : ", ") + std::string{known};
    problem.notes.push_back("sections: " + all);
}

void SettingsReader::read_version(const Document& document, bool first) {
    const auto& entries = document.root.entries;
    const auto found = std::ranges::find(entries, "version", &Entry::key);
    if (found == entries.end()) {
        if (!first || !document.complete) return;
        add("E0108", "the file does not say which version it is written in",
            Place{.file = parsed_.places.main_file, .line_text = {}},
            "write `version = 1` in the first line");
        return;
    }
    if (found->value.kind != Node::Kind::integer || found->value.integer != 1) {
        add("E0108", "this version of the settings is not known", found->value.place,
            "write `version = 1`");
    } else if (first && found != entries.begin()) {
        add("E0108", "`version = 1` comes first", found->place, "move it to the first line");
    }
}

void SettingsReader::read_file(const SourceText& file, bool first) {
    const auto document = read_document(file, findings_.problems);
    complete_ = complete_ && document.complete;
    read_version(document, first);
    Record top{*find_section(""), "", {}};
    top.values.resize(top.section.keys.size());
    for (const auto& entry : document.root.entries) read_entry(entry, top);
    fill(top);
}

void SettingsReader::finish() {
    auto& problems = findings_.problems;
    for (auto& problem : problems) hide(findings_.hidden, problem.place);
    for (auto& [path, place] : parsed_.places.written) hide(findings_.hidden, place);
    const auto rank = [&](const Problem& problem) {
        const auto file = std::ranges::find(files_, problem.place.file, &SourceText::path);
        return std::tuple{file - files_.begin(), problem.place.line, problem.place.column,
                          std::string_view{problem.code}, std::string_view{problem.message}};
    };
    std::ranges::sort(problems, {}, rank);
    if (problems.size() > kMaxProblems) {
        const auto more = problems.size() - kMaxProblems;
        problems.resize(kMaxProblems);
        problems.back().notes.push_back("and " + std::to_string(more) + " more problems");
    }
}

Result<Parsed, std::vector<Problem>> SettingsReader::read() {
    if (!files_.empty()) parsed_.places.main_file = files_.front().path;
    bool first = true;
    for (const auto& file : files_) read_file(file, std::exchange(first, false));
    if (complete_) {
        Record top{*find_section(""), "", {}};
        require_keys(top, Place{.file = parsed_.places.main_file, .line_text = {}});
        auto more = validate(parsed_.snapshot, parsed_.places);
        std::ranges::move(more, std::back_inserter(findings_.problems));
    }
    const bool failed = has_error(findings_.problems) || !complete_ || files_.empty();
    finish();
    if (failed) return fail(std::move(findings_.problems));
    parsed_.warnings = std::move(findings_.problems);
    return std::move(parsed_);
}

}  // namespace

Result<Parsed, std::vector<Problem>> parse(std::span<const SourceText> files) {
    return SettingsReader{files}.read();
}

}  // namespace signet::settings
