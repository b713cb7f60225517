// Which messages of the queue an operator means: one value for every command that takes several.
#pragma once

#include "base/result.h"
#include "queue/message.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signet::queue {

// "ann@example.com", "*@example.com", or "<>", the null reverse-path.
struct AddressPattern {
    std::optional<mail::Mailbox> mailbox;  // folded; nullopt: null
    bool any_local_part = false;
};

// All that is given must hold; what is empty asks for nothing.
struct Filter {
    std::optional<AddressPattern> sender{};
    // Of one and the same recipient who still waits:
    std::optional<AddressPattern> recipient{};
    std::string domain{};  // "example.com", "*.example.com"
    std::string reply{};   // the last reply holds this, without regard to case

    std::string account{};  // without regard to case
    std::optional<State> state{};
    std::optional<WallTime> since{}, before{};  // since ≤ accepted < before
    std::vector<QueueId> ids{};                 // one of these
};

bool matches(const Filter& filter, const Entry& entry);

// The names of what a filter may say, as on the command line and in a request.
inline constexpr std::string_view kFilterTexts[] = {"sender",  "recipient", "domain", "reply",
                                                    "account", "state",     "since",  "before"};
inline constexpr std::size_t kMaxFilterIds = 1'000;

using FilterTexts = std::map<std::string, std::string, std::less<>>;
// From its texts (others than kFilterTexts are passed over) and ids.  The error is a sentence
// without a full stop that repeats at most 100 octets.
Result<Filter, std::string> parse_filter(const FilterTexts& texts,
                                         std::span<const std::string> ids);

}  // namespace signet::queue
