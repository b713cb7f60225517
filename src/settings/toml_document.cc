// The only file that includes toml++.  Header only and without exceptions: one library less to
// ship, and the fuzzer sees into the parser.
//
// toml++ 3.3 asserts what it should report: "[,]" ends the process, or is undefined behaviour with
// NDEBUG (docs/decisions/0070-toml-assertions.md).  Here an assertion throws, and is caught below.
#undef NDEBUG
namespace {
struct FailedAssertion {};
}  // namespace
#define TOML_ASSERT(expression) ((expression) ? static_cast<void>(0) : throw FailedAssertion{})
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include "settings/document.h"

#include "base/text.h"

#include <toml++/toml.h>

#include <algorithm>

namespace signet::settings {
namespace {

// Far more than any sensible line; keeps "a.a.a.…" from nesting as deep as the file is long.
constexpr std::ptrdiff_t kMaxDotsInLine = 500;
constexpr unsigned kMaxRepairs = 20;

class Reader {
public:
    Reader(const SourceText& source, std::vector<Problem>& problems)
        : source_(source), text_(source.text), problems_(problems) {}

    Document read();

private:
    Place place_of(const toml::source_region& region) const;
    Document document_of(const toml::table& table) const;
    Node node_of(const toml::node& node) const;
    std::vector<Entry> entries_of(const toml::table& table) const;
    void add(std::string code, std::string message, Place place, std::string label = {});
    bool repair(const toml::parse_error& error);
    bool repair_assertion();
    bool repair_duplicate(const toml::parse_error& error, Place place);
    void replace_line(unsigned line, std::string_view with);
    bool too_large();

    const SourceText& source_;
    std::string text_;  // repaired
    std::vector<Problem>& problems_;
    unsigned repairs_ = 0;
    std::vector<unsigned> set_aside_;  // lines of headers that were written twice
    bool syntax_fault_ = false;
    bool incomplete_ = false;
};

std::string_view line_of(std::string_view text, unsigned line) {
    for (unsigned i = 1; i < line; ++i) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) return {};
        text.remove_prefix(end + 1);
    }
    text = text.substr(0, text.find('\n'));
    return text.ends_with('\r') ? text.substr(0, text.size() - 1) : text;
}

Place Reader::place_of(const toml::source_region& region) const {
    return {.file = source_.path,
            .line = region.begin.line,
            .column = region.begin.column,
            .end_line = region.end.line,
            .end_column = region.end.column,
            .line_text = shown_line(source_.text, region.begin.line)};
}

Node::Kind kind_of(const toml::node& node) {
    switch (node.type()) {
    case toml::node_type::table: return Node::Kind::table;
    case toml::node_type::array: return Node::Kind::list;
    case toml::node_type::string: return Node::Kind::text;
    case toml::node_type::integer: return Node::Kind::integer;
    case toml::node_type::floating_point: return Node::Kind::real;
    case toml::node_type::boolean: return Node::Kind::flag;
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time:
    case toml::node_type::none: return Node::Kind::time;
    }
    return Node::Kind::time;
}

Node Reader::node_of(const toml::node& node) const {
    Node result;
    result.kind = kind_of(node);
    result.place = place_of(node.source());
    if (const auto* table = node.as_table()) result.entries = entries_of(*table);
    if (const auto* array = node.as_array()) {
        for (const auto& item : *array) result.items.push_back(node_of(item));
        result.list_of_tables = array->is_array_of_tables();
    }
    if (const auto* text = node.as_string()) result.text = text->get();
    if (const auto* integer = node.as_integer()) result.integer = integer->get();
    if (const auto* flag = node.as_boolean()) result.flag = flag->get();
    return result;
}

std::vector<Entry> Reader::entries_of(const toml::table& table) const {
    std::vector<Entry> entries;
    for (auto&& [key, value] : table) {
        entries.push_back({std::string{key.str()}, place_of(key.source()), node_of(value)});
    }
    std::ranges::sort(entries, {}, [](const Entry& entry) {
        return std::pair{entry.place.line, entry.place.column};
    });
    return entries;
}

void Reader::add(std::string code, std::string message, Place place, std::string label) {
    problems_.push_back({.code = std::move(code),
                         .message = std::move(message),
                         .place = std::move(place),
                         .label = std::move(label),
                         .notes = {},
                         .suggestion = {}});
}

// "a" of "cannot redefine existing integer 'a'".
std::string redefined_key(std::string_view description) {
    if (description.find("cannot redefine") == std::string_view::npos) return {};
    const auto from = description.find('\''), to = description.rfind('\'');
    if (from == std::string_view::npos || from == to) return {};
    return std::string{description.substr(from + 1, to - from - 1)};
}

// The line above `line`, inside the same section, that sets `key`; 0 if it cannot be told.
unsigned first_line_of(std::string_view text, std::string_view key, unsigned line) {
    while (--line > 0) {
        const auto above = trim(line_of(text, line));
        if (above.starts_with('[')) return 0;
        if (above.starts_with(key) && trim(above.substr(key.size())).starts_with('=')) return line;
    }
    return 0;
}

void Reader::replace_line(unsigned line, std::string_view with) {
    const auto old = line_of(text_, line);
    const auto at = static_cast<std::size_t>(old.data() - text_.data());
    text_.replace(at, old.size(), with);
}

bool names_a_secret(std::string_view line) {
    const auto text = lower(line);
    return text.find("password") != std::string::npos || text.find("secret") != std::string::npos;
}

// For a line that could not be read, so that nobody knows where its secret begins.
void hide_values(Place& place) {
    place.line_text = place.line_text.substr(0, place.line_text.find('=')) + "= ***";
    place.column = place.end_column = 1;
}

bool Reader::repair_duplicate(const toml::parse_error& error, Place place) {
    const auto key = redefined_key(error.description());
    if (key.empty()) return false;
    const bool header = trim(line_of(text_, place.line)).starts_with('[');
    const auto what = header ? "section [" + key + "]" : "key `" + key + "`";
    // toml++ points behind the key or at the header's start; the line is what matters.
    const auto from = place.line_text.find_first_not_of(' ');
    place.column = static_cast<unsigned>(from == std::string::npos ? 0 : from) + 1;
    place.end_column = place.column + static_cast<unsigned>(key.size() + (header ? 2 : 0));
    const auto line = place.line;
    if (names_a_secret(place.line_text)) hide_values(place);
    add("E0106", what + " is written twice", std::move(place), "leave one of them out");
    if (const auto first = header ? 0 : first_line_of(text_, key, line); first != 0) {
        problems_.back().notes.push_back("first written in line " + std::to_string(first));
    }
    // A header keeps its lines together under a name that nothing else has.
    replace_line(line, header ? "[\"\\u0001" + std::to_string(repairs_) + "\"]" : "");
    if (header) set_aside_.push_back(line);
    incomplete_ = incomplete_ || header;
    return true;
}

// Reports the error.  true: its line is out of the way, and reading again may find more.
bool Reader::repair(const toml::parse_error& error) {
    auto place = place_of(error.source());
    if (++repairs_ > kMaxRepairs) return false;
    if (repair_duplicate(error, place)) return true;
    incomplete_ = true;
    if (syntax_fault_) return false;  // most likely the same one again
    syntax_fault_ = true;
    auto message = "this is not TOML: " + sanitised(error.description(), 200);
    if (names_a_secret(place.line_text)) {  // the fault itself may show a part of it
        message = "this is not TOML";
        hide_values(place);
    }
    const auto line = place.line;
    add("E0101", std::move(message), std::move(place));
    replace_line(line, "");
    return true;
}

bool asserts(std::string_view text) {
    try {
        return static_cast<void>(toml::parse(text)), false;
    } catch (FailedAssertion) {
        return true;
    }
}

// A failed assertion names no place, but the parser goes from left to right: the last line of the
// shortest text that fails is the one.
bool Reader::repair_assertion() {
    incomplete_ = true;
    if (++repairs_ > kMaxRepairs || syntax_fault_) return false;
    syntax_fault_ = true;
    const auto end_of = [&](unsigned line) {
        const auto last = line_of(text_, line);
        return last.data() == nullptr
                   ? text_.size()
                   : static_cast<std::size_t>(last.data() - text_.data()) + last.size();
    };
    unsigned good = 0, bad = static_cast<unsigned>(std::ranges::count(text_, '\n')) + 1;
    while (bad - good > 1) {
        const auto middle = good + (bad - good) / 2;
        (asserts(std::string_view{text_}.substr(0, end_of(middle))) ? bad : good) = middle;
    }
    Place place{.file = source_.path,
                .line = bad,
                .column = 1,
                .end_line = bad,
                .end_column = 1,
                .line_text = shown_line(source_.text, bad)};
    if (names_a_secret(place.line_text)) hide_values(place);
    add("E0101", "this is not TOML", std::move(place));
    replace_line(bad, "");
    return true;
}

bool Reader::too_large() {
    Place whole{.file = source_.path, .line_text = {}};
    if (source_.text.size() > kMaxTextOctets) {
        add("E0109", "the file is larger than 1 MiB", std::move(whole));
        return true;
    }
    for (const auto line : split(source_.text, '\n')) {
        if (std::ranges::count(line, '.') <= kMaxDotsInLine) continue;
        add("E0109", "a line with more than 500 dots", std::move(whole),
            "write it as several lines");
        return true;
    }
    return false;
}

Document Reader::document_of(const toml::table& table) const {
    Document document{node_of(table), !incomplete_};
    std::erase_if(document.root.entries, [&](const Entry& entry) {
        return std::ranges::count(set_aside_, entry.place.line) != 0;
    });
    return document;
}

Document Reader::read() {
    if (too_large()) return {.root = {}, .complete = false};
    for (bool again = true; again;) {
        try {
            const auto parsed =
                toml::parse(std::string_view{text_}, std::string_view{source_.path});
            if (parsed) return document_of(parsed.table());
            again = repair(parsed.error());
        } catch (FailedAssertion) {
            again = repair_assertion();
        }
    }
    return {.root = {}, .complete = false};
}

}  // namespace

std::string_view name(Node::Kind kind) {
    switch (kind) {
    case Node::Kind::text: return "a string";
    case Node::Kind::integer: return "a number";
    case Node::Kind::real: return "a decimal number";
    case Node::Kind::flag: return "true or false";
    case Node::Kind::time: return "a date or time";
    case Node::Kind::list: return "a list";
    case Node::Kind::table: return "a table";
    }
    std::unreachable();
}

std::string shown_line(std::string_view text, unsigned line) {
    constexpr std::size_t kLongest = 400;
    std::string shown{line_of(text, line)};
    std::ranges::replace(shown, '\t', ' ');
    return sanitised(shown, kLongest);
}

Document read_document(const SourceText& source, std::vector<Problem>& problems) {
    return Reader{source, problems}.read();
}

}  // namespace signet::settings
