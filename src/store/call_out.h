// Asking a service of somebody's own who may sign in: one question and one answer, as JSON
// (docs/reference/http-store.md).
//
// Pure.  An answer that is not understood to the letter is none: whoever reads it says "try later",
// and never "wrong password".  Limits: kCallOutOctets, kCallOutItems.
#pragma once

#include "base/result.h"
#include "base/secret.h"
#include "identity/credential_store.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace signet::store {

inline constexpr std::size_t kCallOutOctets = 64u << 10;
inline constexpr std::size_t kCallOutItems = 1'000;  // in each list

// {"version":1,"question":"check",…}; without a password: "look_up", what the account may do for
// somebody whom another authority has proven.  nullopt: the login or the password is no UTF-8, and
// so nobody's who could be asked about.
std::optional<Secret> call_out_question(const identity::Claim& claim, std::string_view login,
                                        const Secret* password);

// The fault is a sentence for the log; it repeats nothing of the answer.
Result<identity::CheckAnswer, std::string> read_call_out(std::string_view json,
                                                         const identity::Claim& claim);

}  // namespace signet::store
