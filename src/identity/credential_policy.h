// A credential's policy as text: what a store keeps, and what an administrator's request holds.
//
// JSON, with the members that restrict something and no others:
//   {"senders":["ann@example.com","*@shop.example"],"recipient_domains":["*.example.com"],
//    "networks":["192.0.2.0/24"],"mechanisms":["PLAIN"],"min_tls":"1.3",
//    "limits":{"messages":[500,3600],"recipients":[2000,86400],"message_recipients":5,
//              "message_size":1048576}}     a rate is a count and a window in seconds
#pragma once

#include "base/result.h"
#include "identity/account.h"
#include "identity/credential_store.h"

#include <string>
#include <string_view>

namespace signet::identity {

inline constexpr std::size_t kLongestPolicy = 64u << 10;  // octets
inline constexpr std::size_t kMostPolicyItems = 1'000;    // of one list

std::string text_of(const CredentialPolicy& policy);  // empty where nothing is restricted
// The fault is a sentence for the administrator.
Result<CredentialPolicy, std::string> parse_credential_policy(std::string_view text);

// Why a sign-in may not be with this credential, or not from there (network_not_allowed,
// mechanism_not_allowed, tls_too_old).
std::optional<Refusal> against_policy(const CredentialPolicy& policy, const Claim& claim);

// A digest of all that a sign-in with this credential (null: none) rests on: it stays the same
// while other credentials come and go, and while the same password is kept in another form.
std::string standing_of(const Account& account, const Credential* credential);

// What of the account's addresses it may send as; all of them where the policy names none.
std::vector<SendAs> senders_within(const CredentialPolicy& policy,
                                   const std::vector<SendAs>& of_account);

}  // namespace signet::identity
