#include "base/errno_text.h"

#include <cstring>

namespace signet {

std::string errno_text(int error) {
    const char* text = ::strerrordesc_np(error);
    return text ? text : "error " + std::to_string(error);
}

}  // namespace signet
