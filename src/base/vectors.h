// For tests: data that others published and that is not part of this tree, where it is at hand.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace signet {

// The file of that name in $SIGNET_VECTORS, or else in `vectors` or `shared/vectors` beside the
// repository ($SIGNET_SOURCE_DIR).  nullopt: it is not there, and the test is skipped with
// `GTEST_SKIP() << kNoVectors`.
std::optional<std::string> read_vectors(std::string_view name);

inline constexpr std::string_view kNoVectors =
    "no such vectors beside the repository; SIGNET_VECTORS names their folder";

}  // namespace signet
