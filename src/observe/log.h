// The operations log: what an administrator reads while the server runs.
//
// Any thread may write and none is held up: a line is put into a bounded queue, one thread carries
// the queue to the sink.  When the sink is slower than the lines come, lines are dropped, counted,
// and the count is the next line.
#pragma once

#include "base/clock.h"
#include "observe/line_sink.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <initializer_list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace signet::observe {

enum class Level {
    debug,
    info,
    notice,
    warning,
    error
};
std::string_view name(Level level);
std::optional<Level> parse_level(std::string_view name);

enum class Format {
    text,  // logfmt: 2026-05-01T09:14:02.118204Z level=info msg="listening" address=127.0.0.1:587
    json,  // {"time":"2026-05-01T09:14:02.118204Z","level":"info","msg":"listening",…}
};
std::optional<Format> parse_format(std::string_view name);

// Shape: key is a word of ours; value is anything, sanitised and cut when written.
struct LogField {
    std::string_view key;
    std::string value;
};

struct LogOptions {
    Level level = Level::info;
    Format format = Format::text;
    bool stamped = true;  // text only: false under journald, which stamps lines itself
    std::size_t queue_octets = 4u << 20;
};

// Safe for concurrent use.  No secret ever goes in: a Secret has no way to become a LogField.
class Log {
public:
    // Both outlive the log.
    Log(const Clock& clock, LineSink& sink, LogOptions options = {});
    ~Log();  // writes out what is queued, as far as the sink takes it

    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;

    bool wants(Level level) const { return level >= level_.load(std::memory_order_relaxed); }
    void set_level(Level level) { level_.store(level, std::memory_order_relaxed); }

    void write(Level level, std::string_view message, std::initializer_list<LogField> fields = {});
    // A line whose form is a contract of its own (audit/text_line.h): in text it follows the time
    // at once, without level; in JSON it is the message.
    void write_line(Level level, std::string_view text);

    // Returns when everything written before the call has been given to the sink.  May block.
    void flush();

private:
    void enqueue(std::string line);
    void run();
    std::string dropped_line(std::uint64_t count) const;

    const Clock& clock_;
    LineSink& sink_;
    const LogOptions options_;
    std::atomic<Level> level_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::string queue_;  // whole lines
    std::uint64_t dropped_ = 0;
    std::uint64_t queued_ = 0, given_ = 0;  // octets ever
    struct {
        bool stopping = false;
        bool idle = false;      // it waits for a line
        unsigned flushing = 0;  // so many wait for it
    } state_;                   // of the thread
    std::thread writer_;        // last: it uses all of the above
};

}  // namespace signet::observe
