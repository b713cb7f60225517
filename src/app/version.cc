#include "app/version.h"

#ifndef SIGNET_VERSION
#error "SIGNET_VERSION comes from the build (src/app/CMakeLists.txt)"
#endif

namespace signet::app {

std::string_view version() { return SIGNET_VERSION; }
std::string_view revision() { return SIGNET_REVISION; }
std::string_view flavour() { return SIGNET_FLAVOUR; }

}  // namespace signet::app
