// What is said between the server and its PAM helper, over a socket pair: a message at a time, each
// with its length in front (four octets, the highest first).  Pure.
#pragma once

#include "base/secret.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace signet::store {

inline constexpr std::size_t kMaxPamMessage = 16u << 10;  // octets, without the length
inline constexpr std::size_t kMaxPamField = 4u << 10;     // octets

struct PamRequest {
    std::string service;    // of pam.d
    std::string directory;  // with the services' files; empty: the system's
    std::string user;
    std::string client;        // IP address (PAM_RHOST); empty: unknown
    bool authenticate = true;  // false: the account alone is looked at
    Secret password;           // empty unless authenticate
};

enum class PamVerdict : std::uint8_t {
    granted,
    wrong,        // password
    unknown,      // user
    disabled,     // expired, locked, must change the password
    not_allowed,  // the account may not use this service
    unavailable,
};

struct PamReply {
    PamVerdict verdict = PamVerdict::unavailable;
    std::string user;    // as the modules have it in the end
    std::string detail;  // PAM's words for what failed; never a secret
};

// Without the length.
Secret encode(const PamRequest& request);
std::string encode(const PamReply& reply);
// nullopt: not a message of that kind, or beyond a limit.
std::optional<PamRequest> decode_pam_request(std::string_view message);
std::optional<PamReply> decode_pam_reply(std::string_view message);

}  // namespace signet::store
