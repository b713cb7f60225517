#include "base/invariant.h"

#include <cstdio>
#include <cstdlib>

namespace signet {

void broken_invariant(const char* condition, const char* meaning, const char* file,
                      int line) noexcept {
    std::fprintf(stderr, "signet: invariant broken at %s:%d: %s (%s)\n", file, line, meaning,
                 condition);
    std::abort();
}

}  // namespace signet
