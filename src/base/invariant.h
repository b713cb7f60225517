// INVARIANT(condition, "what must hold"): on in every build, release included.
//
// For our own bugs only.  Octets from a peer, a file or a store are never checked with it: those
// fail as values (base/result.h).  A broken invariant ends the process, because going on would put
// an accepted message or a secret at risk (SIGABRT; a supervisor restarts it).
#pragma once

namespace signet {

[[noreturn]] void broken_invariant(const char* condition, const char* meaning, const char* file,
                                   int line) noexcept;

}  // namespace signet

#define INVARIANT(condition, meaning)   \
    ((condition) ? static_cast<void>(0) \
                 : ::signet::broken_invariant(#condition, meaning, __FILE__, __LINE__))
