// The options by which queue commands mean several messages: queue/filter.h on the command line.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "cli/command.h"
#include "cli/link.h"
#include "queue/filter.h"

#include <algorithm>
#include <array>

namespace signet::cli {

inline constexpr std::array kFilterArguments = std::to_array<Argument>(
    {{.name = "--sender", .value = "ADDRESS", .description = "or *@example.com, or <>"},
     {.name = "--recipient",
      .value = "ADDRESS",
      .description = "who still waits; or *@example.com"},
     {.name = "--domain", .value = "DOMAIN", .description = "of one who waits; or *.example.com"},
     {.name = "--account", .value = "NAME", .description = "who submitted it"},
     {.name = "--state", .value = "STATE", .description = "incoming, active, deferred or hold"},
     {.name = "--older", .value = "AGE", .description = "accepted longer ago than this: 2h"},
     {.name = "--newer", .value = "AGE", .description = "accepted less long ago than this"},
     {.name = "--reply",
      .value = "TEXT",
      .description = "the last reply about one who waits holds it"},
     {.name = "--id", .value = "ID", .description = "one of these", .repeated = true}});

// A command's own arguments and those.
template <std::size_t N>
constexpr auto with_filter(const std::array<Argument, N>& own) {
    std::array<Argument, N + kFilterArguments.size()> all{};
    std::ranges::copy(own, all.begin());
    std::ranges::copy(kFilterArguments, all.begin() + N);
    return all;
}

bool has_filter(const Invocation& invocation);

// What was written, as a request says it: ages have become times, so that two requests mean the
// same messages.
struct FilterWords {
    queue::FilterTexts texts;
    std::vector<std::string> ids;

    RequestLine& add_to(RequestLine& request) const;
};
// The error is a sentence.
Result<FilterWords, std::string> filter_words(const Invocation& invocation, WallTime now);

}  // namespace signet::cli
