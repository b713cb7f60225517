// What is in force: a value that is swapped whole while others read it.  Who has taken it keeps it
// for as long as he likes; the last one drops it.  Safe for concurrent use.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace signet::net {

template <class T>
class Slot {
public:
    explicit Slot(std::shared_ptr<const T> value = {}) : value_(std::move(value)) {}

    std::shared_ptr<const T> get() const {
        const std::lock_guard lock(mutex_);
        return value_;
    }
    // The old value, if nobody else has it, dies outside of the lock: with the argument.
    void set(std::shared_ptr<const T> value) {
        const std::lock_guard lock(mutex_);
        value_.swap(value);
    }

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const T> value_;
};

}  // namespace signet::net
