// What errno means, in English: "No such file or directory".  Unlike strerror(3) it may be asked
// by several threads at a time.
#pragma once

#include <string>

namespace signet {

std::string errno_text(int error);

}  // namespace signet
