// A credential, in requests and answers.
#pragma once

#include "admin/endpoint.h"
#include "admin/limits.h"

#include <string>
#include <string_view>

namespace signet::admin {

// The parameters that say what a credential may do and how long: label; the lists senders,
// recipient_domains, networks and mechanisms (empty: no restriction); min_tls ("1.2", "1.3" or
// "none"); expires ("2027-05-01", "90d" or "never"); idle_days (0: never); and the limits.
inline constexpr std::string_view kCredentialParameters[] = {"label",
                                                             "senders",
                                                             "recipient_domains",
                                                             "networks",
                                                             "mechanisms",
                                                             "min_tls",
                                                             "expires",
                                                             "idle_days",
                                                             kLimitParameters[0],
                                                             kLimitParameters[1],
                                                             kLimitParameters[2],
                                                             kLimitParameters[3]};

inline constexpr std::size_t kLongestLabel = 100;  // octets

// Takes over what the request says, and says in `changes` what it did.
Result<void, Fault> apply(const Request& request, WallTime now, identity::Credential& credential,
                          std::vector<audit::Change>& changes);

// {"kind":"credential","account":…,"id":…,"type":"app-password",…}; nothing secret is in it.
std::string credential_json(std::string_view account, const identity::Credential& credential,
                            WallTime now);

// "app-password k7m2qd4x (printer)"
std::string described(const identity::Credential& credential);

}  // namespace signet::admin
