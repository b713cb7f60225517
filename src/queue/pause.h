// What an operator has closed for a while: its mail stays in the queue, untried, until it is
// resumed.
#pragma once

#include "base/clock.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signet::queue {

struct Pause {
    enum class Kind {
        route,        // by its name in the settings
        destination,  // the domain of recipients, whatever route leads there
    } kind{};
    std::string name = {};  // of the route, or the domain as mail::parse_domain writes it
    WallTime since{};
    std::string by = {};  // who; sanitised

    bool operator==(const Pause&) const = default;
};
std::string_view name(Pause::Kind kind);

// The file that keeps them over a restart (docs/reference/queue-format.md): text, a line for each.
//
//   signet-pauses 1
//   destination 1764320400000000 example.net ann
std::string text_of(std::span<const Pause> pauses);
// nullopt: it is not such a file, or holds more than kMostPauses.
std::optional<std::vector<Pause>> parse_pauses(std::string_view text);

inline constexpr std::size_t kMostPauses = 10'000;

}  // namespace signet::queue
