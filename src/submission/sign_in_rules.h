// By which mechanism somebody may sign in: setting [[sign_in]].
//
// The first rule that fits decides; where none does, auth.mechanisms is it.  Who somebody is,
// nobody knows when mechanisms are offered: so offered are those that anybody may use who comes by
// this listener from there, and who then signs in by one that is not his is refused (534 5.7.9).
#pragma once

#include "identity/login.h"
#include "settings/snapshot.h"

#include <string>
#include <string_view>
#include <vector>

namespace signet::submission {

struct Arrival {
    std::string_view listener, ip;  // the client's own address
};

std::vector<std::string> mechanisms_at(const Arrival& arrival, const settings::Snapshot& settings);

// Whether whoever has proven himself may do so by that mechanism.
bool may_sign_in(const Arrival& arrival, const identity::Login& login, std::string_view mechanism,
                 const settings::Snapshot& settings);

}  // namespace signet::submission
