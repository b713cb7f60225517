// Which Signet this is.
#pragma once

#include <string_view>

namespace signet::app {

std::string_view version();   // "0.1.0", as in CMakeLists.txt
std::string_view revision();  // of the source, if the build was told it; else "unknown"
std::string_view flavour();   // how it was compiled: "release", "dev", "tsan"

}  // namespace signet::app
