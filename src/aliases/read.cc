#include "aliases/read.h"

#include "base/text.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace signet::aliases {
namespace {

using Kind = Fault::Kind;

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_control(char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7F';
}

// A part of the text: what faults speak of.
struct Part {
    std::size_t from = 0, to = 0;
};

// Where the domain begins: behind the last "@" that is not inside quotes; npos: there is none.
std::size_t domain_at(std::string_view word) {
    bool quoted = false;
    std::size_t found = std::string_view::npos;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (word[i] == '\\' && quoted)
            ++i;
        else if (word[i] == '"')
            quoted = !quoted;
        else if (word[i] == '@' && !quoted)
            found = i + 1;
    }
    return found;
}

std::optional<std::string> local_part_of(std::string_view word) {
    auto mailbox = mail::parse_mailbox(std::string{word} + "@x");
    return mailbox ? std::optional{std::move(mailbox->local_part)} : std::nullopt;
}

// "ann", "ann@example.com" or "@example.com"; both parts empty: none of them.
Target address_of(std::string_view word) {
    const auto at = domain_at(word);
    if (at == std::string_view::npos) return {local_part_of(word).value_or(""), {}};
    if (at == 1) return {{}, mail::parse_domain(word.substr(1)).value_or("")};
    auto mailbox = mail::parse_mailbox(word);
    if (!mailbox) return {};
    return {std::move(mailbox->local_part), std::move(mailbox->domain)};
}

bool is_empty(const Target& target) { return target.local_part.empty() && target.domain.empty(); }

class Reader {
public:
    Reader(std::string_view text, const Limits& limits) : text_(text), limits_(limits) {}

    Read read() {
        if (text_.size() > limits_.octets) {
            add(Kind::too_large, {0, 0});
            return std::move(read_);
        }
        for (std::size_t from = 0; from < text_.size() && !over_;) {
            const auto end = std::min(text_.find('\n', from), text_.size());
            read_line({from, end});
            from = end + 1;
        }
        if (!over_) finish();
        return std::move(read_);
    }

private:
    void add(Kind kind, Part part) {
        read_.faults.push_back({kind, part.from, part.to - part.from});
        over_ = over_ || read_.faults.size() >= limits_.faults;
    }
    // The entry that is being read has a fault, and is left out.
    void spoil(Kind kind, Part part) {
        spoiled_ = true;
        add(kind, part);
    }
    std::string_view of(Part part) const { return text_.substr(part.from, part.to - part.from); }

    void read_line(Part line);
    void begin(Part line);
    void finish();
    void read_key(Part word, bool colon);
    void read_targets(Part rest);
    void read_target(Part word);
    std::optional<Part> take_word(Part& rest, std::string_view stops);
    void skip_blanks(Part& rest) const {
        while (rest.from < rest.to && is_blank(text_[rest.from])) ++rest.from;
    }

    const std::string_view text_;
    const Limits& limits_;
    Read read_;
    Read::Entry entry_;  // the one that is being read
    bool open_ = false;  // there is one
    bool spoiled_ = false;
    bool comma_ = false;  // a target came, and no comma since
    std::size_t targets_ = 0;
    bool over_ = false;
};

// Comments and empty lines do not end an entry, as in aliases(5).
void Reader::read_line(Part line) {
    if (line.to > line.from && text_[line.to - 1] == '\r') --line.to;
    auto rest = line;
    skip_blanks(rest);
    if (rest.from == rest.to || text_[rest.from] == '#') return;
    const auto octets = of(line);
    const auto control = std::ranges::find_if(octets, is_control);
    const bool goes_on = rest.from != line.from;
    if (!goes_on) finish();
    if (octets.size() > limits_.line_octets)
        return spoil(Kind::line_too_long, {line.from, line.from});
    if (control != octets.end()) {
        const auto at = line.from + static_cast<std::size_t>(control - octets.begin());
        return spoil(Kind::control, {at, at + 1});
    }
    if (!goes_on) return begin(line);
    if (open_) return read_targets(rest);
    if (!spoiled_) spoil(Kind::stray_line, rest);
}

// A word ends at a blank or one of `stops` outside quotes.  nullopt: a quote does not end.
std::optional<Part> Reader::take_word(Part& rest, std::string_view stops) {
    Part word{rest.from, rest.from};
    bool quoted = false;
    for (; word.to < rest.to; ++word.to) {
        const char c = text_[word.to];
        if (quoted && c == '\\' && word.to + 1 < rest.to)
            ++word.to;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (is_blank(c) || stops.contains(c)))
            break;
    }
    rest.from = word.to;
    if (!quoted) return word;
    spoil(Kind::unclosed_quote, word);
    return {};
}

void Reader::begin(Part line) {
    auto rest = line;
    spoiled_ = false;
    if (read_.entries.size() == limits_.aliases) {
        over_ = true;
        return add(Kind::too_many, line);
    }
    const auto word = take_word(rest, ":");
    if (!word) return;
    skip_blanks(rest);
    const bool colon = rest.from < rest.to && text_[rest.from] == ':';
    if (colon) ++rest.from;
    open_ = true;
    comma_ = false;
    entry_ = {.alias = {}, .offset = word->from, .size = word->to - word->from};
    read_key(*word, colon);
    read_targets(rest);
}

void Reader::read_key(Part word, bool colon) {
    const auto written = of(word);
    if (written.starts_with('/')) return spoil(Kind::pattern, word);
    auto address = address_of(written);
    if (is_empty(address) || address.local_part == "*") return spoil(Kind::bad_key, word);
    // virtual(5) declares a domain so, aliases(5) has names with dots: only the colon tells.
    const bool bare = address.domain.empty();
    if (bare && !colon && written.contains('.')) return spoil(Kind::domain_line, word);
    auto folded = mail::Mailbox{std::move(address.local_part), {}}.folded();
    entry_.alias.key = {std::move(folded.local_part), std::move(address.domain)};
}

// Targets stand between commas; one too many is nothing (RFC 5322 §4.4 has such lists).
void Reader::read_targets(Part rest) {
    for (;;) {
        skip_blanks(rest);
        if (rest.from == rest.to) return;
        if (text_[rest.from] == ',') {
            comma_ = false;
            ++rest.from;
            continue;
        }
        if (comma_) return spoil(Kind::no_comma, rest);
        const auto opener = of(rest).starts_with('"') ? of(rest).substr(1) : of(rest);
        if (opener.starts_with('|')) return spoil(Kind::program, rest);
        if (opener.starts_with(':')) return spoil(Kind::directive, rest);
        const auto word = take_word(rest, ",");
        if (!word) return;
        comma_ = true;
        if (opener.starts_with('/') || opener.starts_with("~/"))
            spoil(Kind::file, *word);
        else
            read_target(*word);
        if (over_) return;
    }
}

// "\ann" is sendmail's way to say that ann is no alias here; an address that leads back to itself
// is one anyway (expansion.h).
void Reader::read_target(Part word) {
    if (++targets_ > limits_.targets) {
        over_ = true;
        return spoil(Kind::too_many, word);
    }
    auto written = of(word);
    if (written.starts_with('\\')) written.remove_prefix(1);
    auto target = address_of(written);
    if (is_empty(target)) return spoil(Kind::bad_target, word);
    entry_.alias.targets.push_back(std::move(target));
}

void Reader::finish() {
    if (!std::exchange(open_, false) || spoiled_) return;
    if (entry_.alias.targets.empty()) {
        return add(Kind::no_target, {entry_.offset, entry_.offset + entry_.size});
    }
    read_.entries.push_back(std::move(entry_));
}

}  // namespace

Read read_aliases(std::string_view text, const Limits& limits) {
    return Reader{text, limits}.read();
}

}  // namespace signet::aliases
