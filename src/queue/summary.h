// How many messages of the queue are of which kind: what an operator looks at first.
#pragma once

#include "queue/message.h"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace signet::queue {

// Counts what it is given, one entry after another.  Memory: at most kMaxNames names a kind.
class Summary {
public:
    static constexpr std::size_t kMaxNames = 10'000;
    enum class By {
        domain,  // of recipients who still wait; a message counts once for each
        sender,
        state,
        reply,  // the last one, of recipients who still wait; a message counts once for each
    };
    struct Part {
        std::string name;  // of a sender: empty is the null one
        std::size_t messages = 0;
        std::uint64_t octets = 0;
        WallTime oldest{};  // accepted
        // When the first of them may be tried, which may be by now; nullopt: all are held.
        std::optional<WallTime> next_try{};
    };
    struct Age {
        std::chrono::seconds under;  // accepted less than this ago; the last one: any time ago
        std::size_t messages = 0;    // that are in no part before
    };

    // REQUIRES: entries come in the order of their ids.
    void add(const Entry& entry, WallTime now);

    const Part& all() const { return all_; }
    const QueueId& last() const { return last_; }  // empty: none was added
    // The largest parts, `count` at most; equal ones by name.
    std::vector<Part> top(By by, std::size_t count) const;
    // Names that came when there were kMaxNames: counted in all() alone.
    bool left_some_out() const { return left_some_out_; }
    const std::array<Age, 4>& ages() const { return ages_; }

private:
    void count(By by, const std::string& name, const Entry& entry);

    Part all_;
    QueueId last_;
    std::map<By, std::map<std::string, Part>> parts_;
    bool left_some_out_ = false;
    std::array<Age, 4> ages_{{{std::chrono::hours{1}},
                              {std::chrono::hours{24}},
                              {std::chrono::hours{7 * 24}},
                              {std::chrono::seconds::max()}}};
};

}  // namespace signet::queue
