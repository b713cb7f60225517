#include "observe/audit_files.h"

#include "base/text.h"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace signet::observe {
namespace {

constexpr std::string_view kPrefix = "audit-", kSuffix = ".ndjson";
constexpr std::size_t kSeqDigits = 20;
constexpr std::uint64_t kTailOctets = 8u << 20;
constexpr std::size_t kReadOctets = 64u << 10;
constexpr std::size_t kLineOctets = 4u << 20;

// The last part of a file, from the beginning of a line.
struct Part {
    std::string text;
    std::uint64_t file_size = 0;
};

Result<Part, FileFault> read_end(Directory& directory, const std::string& name,
                                 std::uint64_t octets) {
    auto file = directory.open_to_read(name);
    if (!file) return fail(file.error());
    const auto size = (*file)->size();
    if (!size) return fail(size.error());
    const auto from = *size > octets ? *size - octets : 0;
    auto text = (*file)->read(from, static_cast<std::size_t>(*size - from));
    if (!text) return fail(text.error());
    if (from > 0) text->erase(0, std::min(text->find('\n'), text->size() - 1) + 1);
    return Part{std::move(*text), *size};
}

// Adds what a part tells; events of an older part go in front.
void add_part(Tail& tail, std::string_view text) {
    std::vector<Ulid> ids;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (line.empty()) continue;
        const auto recorded = audit::parse_json(line);
        if (!recorded) {
            ++tail.unreadable;
            continue;
        }
        tail.last_seq = std::max(tail.last_seq, recorded->stamp.seq);
        ids.push_back(recorded->event.id);
    }
    ids.insert(ids.end(), tail.ids.begin(), tail.ids.end());
    if (ids.size() > kTailEvents) ids.erase(ids.begin(), ids.end() - kTailEvents);
    tail.ids = std::move(ids);
}

void add_current(Tail& tail, const Part& part) {
    tail.current_size = part.file_size;
    std::string_view text = part.text;
    tail.torn = part.file_size > 0 && !text.ends_with('\n');
    if (tail.torn) {
        const auto line_end = text.rfind('\n');
        const auto last = line_end == text.npos ? text : text.substr(line_end + 1);
        tail.torn_is_event = audit::parse_json(last).has_value();
        if (!tail.torn_is_event) text.remove_suffix(last.size());
    }
    add_part(tail, text);
}

// Feeds a file's lines to `take`; false: it has had enough.
class Lines {
public:
    Lines(const std::function<bool(const audit::Recorded&)>& take, std::size_t& unreadable)
        : take_(take), unreadable_(unreadable) {}

    bool feed(std::string_view text) {
        for (auto end = text.find('\n'); end != text.npos; end = text.find('\n')) {
            append(text.substr(0, end));
            if (!finish()) return false;
            text.remove_prefix(end + 1);
        }
        append(text);
        return true;
    }
    bool finish() {
        const auto line = std::exchange(line_, {});
        if (std::exchange(too_long_, false) || line.empty()) {
            unreadable_ += line.empty() ? 0 : 1;
            return true;
        }
        const auto recorded = audit::parse_json(line);
        if (!recorded) ++unreadable_;
        return !recorded || take_(*recorded);
    }

private:
    void append(std::string_view text) {
        too_long_ = too_long_ || line_.size() + text.size() > kLineOctets;
        if (!too_long_) line_ += text;
    }

    const std::function<bool(const audit::Recorded&)>& take_;
    std::size_t& unreadable_;
    std::string line_;
    bool too_long_ = false;
};

}  // namespace

std::string full_audit_file(std::uint64_t last_seq) {
    const auto digits = std::to_string(last_seq);
    std::string name{kPrefix};
    name.append(kSeqDigits - digits.size(), '0');
    return name.append(digits).append(kSuffix);
}

std::optional<std::uint64_t> last_seq_of(std::string_view name) {
    if (name.size() != kPrefix.size() + kSeqDigits + kSuffix.size()) return {};
    if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) return {};
    return parse_unsigned(name.substr(kPrefix.size(), kSeqDigits));
}

Result<std::vector<std::string>, FileFault> audit_files(Directory& directory) {
    auto names = directory.list();
    if (!names) return fail(names.error());
    const bool current = std::ranges::find(*names, kCurrentAuditFile) != names->end();
    std::erase_if(*names, [](const auto& name) { return !last_seq_of(name); });
    if (current) names->emplace_back(kCurrentAuditFile);
    return names;
}

Result<Tail, FileFault> read_tail(Directory& directory) {
    auto names = audit_files(directory);
    if (!names) return fail(names.error());
    Tail tail;
    auto left = kTailOctets;
    for (auto name = names->rbegin(); name != names->rend() && left > 0; ++name) {
        const auto part = read_end(directory, *name, left);
        if (!part) return fail(part.error());
        left -= std::min<std::uint64_t>(left, part->file_size);
        if (*name == kCurrentAuditFile)
            add_current(tail, *part);
        else
            add_part(tail, part->text);
    }
    for (const auto& name : *names) {
        tail.last_seq = std::max(tail.last_seq, last_seq_of(name).value_or(0));
    }
    return tail;
}

namespace {

// false: it has had enough.
Result<bool, FileFault> read_lines(File& file, Lines& lines) {
    for (std::uint64_t offset = 0;;) {
        const auto text = file.read(offset, kReadOctets);
        if (!text) return fail(text.error());
        if (text->empty()) return lines.finish();
        if (!lines.feed(*text)) return false;
        offset += text->size();
    }
}

}  // namespace

Result<std::size_t, FileFault> read_audit(Directory& directory,
                                          const std::function<bool(const audit::Recorded&)>& take) {
    // Opened before the names are listed: if it becomes full between the two, it is read twice and
    // not missed.  The seq tells.
    auto current = directory.open_to_read(std::string{kCurrentAuditFile});
    if (!current && current.error().error != ENOENT) return fail(current.error());
    auto names = audit_files(directory);
    if (!names) return fail(names.error());

    std::size_t unreadable = 0;
    std::uint64_t newest = 0;
    const std::function<bool(const audit::Recorded&)> once = [&](const audit::Recorded& recorded) {
        if (recorded.stamp.seq <= newest) return true;
        newest = recorded.stamp.seq;
        return take(recorded);
    };
    Lines lines{once, unreadable};
    for (const auto& name : *names) {
        if (name == kCurrentAuditFile) continue;
        auto file = directory.open_to_read(name);
        if (!file) return fail(file.error());
        const auto more = read_lines(**file, lines);
        if (!more) return fail(more.error());
        if (!*more) return unreadable;
    }
    if (!current) return unreadable;
    const auto more = read_lines(**current, lines);
    if (!more) return fail(more.error());
    return unreadable;
}

}  // namespace signet::observe
