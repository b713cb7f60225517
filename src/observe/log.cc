#include "observe/log.h"

#include "audit/json_writer.h"
#include "audit/timestamp.h"
#include "base/text.h"
#include "observe/rush.h"

#include <algorithm>
#include <utility>

namespace signet::observe {
namespace {

constexpr std::size_t kValueOctets = 1'024;
constexpr std::size_t kLineOctets = 16u << 10;
constexpr Level kLevels[] = {Level::debug, Level::info, Level::notice, Level::warning,
                             Level::error};

// logfmt: bare where a reader cannot take it for anything else, in quotes otherwise.
void append_value(std::string& line, std::string_view value) {
    const auto clean = sanitised(value, kValueOctets);
    if (!clean.empty() && clean.find_first_of(" =\"\\") == std::string::npos) {
        line += clean;
        return;
    }
    line += '"';
    for (const char c : clean) {
        if (c == '"' || c == '\\') line += '\\';
        line += c;
    }
    line += '"';
}

}  // namespace

std::string_view name(Level level) {
    switch (level) {
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::notice: return "notice";
    case Level::warning: return "warning";
    case Level::error: return "error";
    }
    std::unreachable();
}

std::optional<Level> parse_level(std::string_view text) {
    for (const auto level : kLevels) {
        if (name(level) == text) return level;
    }
    return {};
}

std::optional<Format> parse_format(std::string_view text) {
    if (text == "text") return Format::text;
    if (text == "json") return Format::json;
    return {};
}

Log::Log(const Clock& clock, LineSink& sink, LogOptions options)
    : clock_(clock), sink_(sink), options_(options), level_(options.level), writer_([this] {
          run();
      }) {}

Log::~Log() {
    {
        const std::lock_guard lock{mutex_};
        state_.stopping = true;
    }
    changed_.notify_all();
    writer_.join();
}

void Log::write(Level level, std::string_view message, std::initializer_list<LogField> fields) {
    if (!wants(level)) return;
    const auto now = audit::timestamp(clock_.wall());
    if (options_.format == Format::json) {
        audit::JsonWriter out;
        out.object("", [&] {
            out.text("time", now, kValueOctets);
            out.text("level", name(level), kValueOctets);
            out.text("msg", message, kValueOctets);
            for (const auto& field : fields) out.text(field.key, field.value, kValueOctets);
        });
        return enqueue(std::move(out).finish());
    }
    std::string line;
    if (options_.stamped) line = now + ' ';
    line += "level=";
    line += name(level);
    line += " msg=";
    append_value(line, message);
    for (const auto& field : fields) {
        line += ' ';
        line += field.key;
        line += '=';
        append_value(line, field.value);
    }
    enqueue(std::move(line));
}

void Log::write_line(Level level, std::string_view text) {
    if (options_.format == Format::json) return write(level, text);
    if (!wants(level)) return;
    auto line = sanitised(text, kLineOctets);
    if (options_.stamped) line.insert(0, audit::timestamp(clock_.wall()) + ' ');
    enqueue(std::move(line));
}

void Log::enqueue(std::string line) {
    line += '\n';
    bool wake = false;
    {
        const std::lock_guard lock{mutex_};
        if (queue_.size() + line.size() > options_.queue_octets) {
            ++dropped_;
            return;
        }
        queue_ += line;
        queued_ += line.size();
        wake = std::exchange(state_.idle, false);
    }
    if (wake) changed_.notify_all();
}

std::string Log::dropped_line(std::uint64_t count) const {
    const auto text = "level=warning msg=\"lines were dropped: the log could not keep up\" count=" +
                      std::to_string(count) + "\n";
    if (options_.format == Format::text && !options_.stamped) return text;
    const auto now = audit::timestamp(clock_.wall());
    if (options_.format == Format::text) return now + ' ' + text;
    audit::JsonWriter out;
    out.object("", [&] {
        out.text("time", now, kValueOctets);
        out.text("level", "warning", kValueOctets);
        out.text("msg", "lines were dropped: the log could not keep up", kValueOctets);
        out.number("count", count);
    });
    return std::move(out).finish() + '\n';
}

void Log::run() {
    Rush rush;
    std::unique_lock lock{mutex_};
    for (;;) {
        const auto urgent = [this] { return state_.stopping || state_.flushing > 0; };
        state_.idle = true;
        changed_.wait(lock, [this] { return state_.stopping || !queue_.empty(); });
        state_.idle = false;
        if (queue_.empty()) return;
        // To be woken for each line would cost a busy server more than to write them.
        if (rush.is_on(std::chrono::steady_clock::now())) {
            changed_.wait_for(lock, Rush::kGather, urgent);
        }
        const auto lines = std::exchange(queue_, {});
        rush.came(static_cast<std::size_t>(std::ranges::count(lines, '\n')),
                  std::chrono::steady_clock::now());
        const auto dropped = std::exchange(dropped_, 0);
        lock.unlock();
        const bool taken = sink_.write(dropped ? lines + dropped_line(dropped) : lines);
        lock.lock();
        given_ += lines.size();
        // Told with the next line, not at once: a sink that is gone would keep us busy with that.
        if (!taken)
            dropped_ += dropped + static_cast<std::uint64_t>(std::ranges::count(lines, '\n'));
        changed_.notify_all();
    }
}

void Log::flush() {
    std::unique_lock lock{mutex_};
    const auto wanted = queued_;
    ++state_.flushing;
    changed_.notify_all();
    changed_.wait(lock, [&] { return given_ >= wanted; });
    --state_.flushing;
}

}  // namespace signet::observe
