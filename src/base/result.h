// Expected failure is a value: a function that can fail returns Result<T, Fault>, where Fault is
// an enum (or a small struct) that the caller can switch over without `default`.
// "Not found" is an answer (std::optional inside the Result), never a fault.
// A bug is not a failure: see base/invariant.h.
#pragma once

#include <expected>
#include <type_traits>
#include <utility>

namespace signet {

template <class T, class Fault>
using Result = std::expected<T, Fault>;

// return fail(Fault::kind);
template <class Fault>
constexpr auto fail(Fault&& fault) {
    return std::unexpected<std::decay_t<Fault>>(std::forward<Fault>(fault));
}

}  // namespace signet
