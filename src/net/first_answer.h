// A coroutine that several may wake with an answer, such as who does the work and an alarm: the
// first of them does, and the others' answers are dropped.
#pragma once

#include "net/resume.h"

#include <mutex>
#include <optional>
#include <utility>

namespace signet::net {

// Safe for concurrent use.  Somebody must answer: the rules of Resume.
template <class Answer>
class FirstAnswer {
public:
    explicit FirstAnswer(Resume<Answer> resume) : resume_(std::move(resume)) {}

    // false: somebody was sooner.
    bool operator()(Answer answer) {
        std::optional<Resume<Answer>> mine;
        {
            const std::lock_guard lock(mutex_);
            mine.swap(resume_);
        }
        if (mine) (*mine)(std::move(answer));
        return mine.has_value();
    }

private:
    std::mutex mutex_;
    std::optional<Resume<Answer>> resume_;  // guarded by mutex_
};

}  // namespace signet::net
