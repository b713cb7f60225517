#include "base/store_fault.h"

#include <utility>

namespace signet {

std::string_view name(StoreFault fault) {
    switch (fault) {
    case StoreFault::unavailable: return "unavailable";
    case StoreFault::full: return "full";
    case StoreFault::conflict: return "conflict";
    case StoreFault::corrupt: return "corrupt";
    case StoreFault::deadline: return "deadline";
    }
    std::unreachable();
}

}  // namespace signet
