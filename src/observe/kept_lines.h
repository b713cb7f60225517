// A sink for tests.
#pragma once

#include "base/text.h"
#include "observe/line_sink.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <vector>

namespace signet::observe {

// Keeps what it is given; can be held up, and can refuse.  Safe for concurrent use.
class KeptLines final : public LineSink {
public:
    bool write(std::string_view lines) override {
        std::unique_lock lock{mutex_};
        ++writing_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return !held_; });
        if (refuse_) return false;
        text_ += lines;
        return true;
    }
    void hold(bool held) {
        const std::lock_guard lock{mutex_};
        held_ = held;
        changed_.notify_all();
    }
    void refuse(bool refused) {
        const std::lock_guard lock{mutex_};
        refuse_ = refused;
    }
    void wait_until_writing() {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [this] { return writing_ > 0; });
    }
    std::vector<std::string> lines() {
        const std::lock_guard lock{mutex_};
        std::vector<std::string> found;
        for (const auto line : split(text_, '\n')) {
            if (!line.empty()) found.emplace_back(line);
        }
        return found;
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::string text_;
    bool held_ = false, refuse_ = false;
    int writing_ = 0;
};

}  // namespace signet::observe
