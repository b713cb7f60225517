// Asking for access tokens as a client (RFC 6749 §4.4, §6; RFC 8628): forms out, answers in.
//
// Pure.  The secret of the client stands in the form (RFC 6749 §2.3.1, client_secret_post), which
// providers document first and all understand; or an assertion in its place (RFC 7523).  Limit of
// an answer: kTokenAnswerOctets.
#pragma once

#include "base/result.h"
#include "base/secret.h"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace signet::oauth {

inline constexpr std::size_t kTokenAnswerOctets = 64u << 10;

struct TokenClient {
    std::string id = {};
    Secret secret = {};     // empty: a public client, or one that signs
    Secret assertion = {};  // of this request alone (client_assertion.h); instead of the secret
};

// scope: empty: what the provider takes for it.
Secret client_credentials_form(const TokenClient& client, std::string_view scope);
Secret refresh_form(const TokenClient& client, std::string_view scope, const Secret& refresh_token);
// RFC 8628 §3.1 and §3.4: a person agrees on another machine.
Secret device_form(const TokenClient& client, std::string_view scope);
Secret device_poll_form(const TokenClient& client, const Secret& device_code);

struct TokenGrant {
    Secret access_token;           // b64token (RFC 6750 §2.1), at most 8'000 octets
    std::chrono::seconds life{0};  // 1 s … 1 day; 5 minutes where the answer does not say
    Secret refresh_token = {};     // empty: none, or the one before stays good
};

struct DeviceLogin {
    Secret device_code;
    std::string user_code;          // to be typed
    std::string address;            // https, where
    std::chrono::seconds life;      // 1 s … 1 day
    std::chrono::seconds interval;  // between two polls: 1 … 60 s
};

struct TokenTrouble {
    enum class Kind {
        refused,      // by the provider, with `error`
        unavailable,  // it is ill, or asks us to come later
        malformed,    // what it says is no answer to the question
    };
    Kind kind = Kind::malformed;
    std::string error = {};  // RFC 6749 §5.2: "invalid_client"; of refused alone
    std::string text;        // a sentence without a full stop; nothing secret
};

// status: of HTTP.  200 is a grant; 400 and 401 say why not (RFC 6749 §5.2).
Result<TokenGrant, TokenTrouble> read_token_answer(int status, std::string_view body);
Result<DeviceLogin, TokenTrouble> read_device_answer(int status, std::string_view body);

// What an administrator has to do about it; empty: nothing is known.  By the code that Microsoft
// writes into the description ("AADSTS7000222"), else by `error`.
std::string_view remedy(std::string_view error, std::string_view description);

}  // namespace signet::oauth
