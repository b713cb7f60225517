// What the clients of the bench have in common: one end of a session, and the figures of a run.
#pragma once

#include "base/deadline.h"
#include "base/task.h"
#include "net/connect.h"
#include "net/system_clock.h"

#include <sys/resource.h>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signet::bench {

inline Deadline soon() { return Deadline::in(net::SystemClock{}, std::chrono::seconds{60}); }

// A client's end of one session.
class Client {
public:
    explicit Client(std::unique_ptr<net::Stream> stream) : stream_(std::move(stream)) {}

    // The code of the next reply; 0: there will be none.
    Task<int> reply() {
        for (;;) {
            if (const auto code = take_reply(); code != 0) co_return code;
            const auto part = co_await stream_->read_some(soon());
            if (!part) co_return 0;
            unread_ += *part;
        }
    }
    Task<int> say(std::string_view octets) {
        if (!co_await stream_->write(octets, soon())) co_return 0;
        co_return co_await reply();
    }
    const std::string& last_line() const { return last_line_; }  // of the last reply
    const net::Stream& stream() const { return *stream_; }

private:
    // A reply ends with the line whose fourth octet is no hyphen (RFC 5321 §4.2.1).
    int take_reply() {
        for (std::size_t line = 0;;) {
            const auto end = unread_.find("\r\n", line);
            if (end == std::string::npos) return 0;
            if (unread_.size() > line + 3 && unread_[line + 3] != '-') {
                const int code = std::atoi(unread_.c_str() + line);
                last_line_ = unread_.substr(line, end - line);
                unread_.erase(0, end + 2);
                return code;
            }
            line = end + 2;
        }
    }

    std::unique_ptr<net::Stream> stream_;
    std::string unread_, last_line_;
};

inline double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

inline float percentile(const std::vector<float>& sorted, double part) {
    if (sorted.empty()) return 0;
    return sorted[static_cast<std::size_t>(static_cast<double>(sorted.size() - 1) * part)];
}

inline void raise_descriptor_limit() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace signet::bench
