#include "oauth/client_assertion.h"

#include "base/base64.h"

#include <chrono>

namespace signet::oauth {
namespace {

constexpr std::chrono::minutes kLife{5};

// A JSON string.  What stands in it is from the settings, or drawn.
std::string quoted(std::string_view text) {
    std::string all{"\""};
    for (const char c : text) {
        if (c == '"' || c == '\\') all += '\\';
        if (static_cast<unsigned char>(c) >= 0x20) all += c;
    }
    return all + '"';
}

std::string seconds_text(WallTime time) {
    const auto since = time.time_since_epoch();
    return std::to_string(std::chrono::floor<std::chrono::seconds>(since).count());
}

}  // namespace

// RFC 7523 §3: iss and sub are the client's id, aud is who reads it, exp is there; jti and iat so
// that it is good once and for a short time.
Secret client_assertion(const crypto::SigningKey& key, const AssertionParts& parts) {
    const auto header = R"({"alg":)" + quoted(crypto::name(key.algorithm())) +
                        R"(,"typ":"JWT","x5t#S256":)" + quoted(base64url(key.thumbprint())) + "}";
    const auto claims = R"({"iss":)" + quoted(parts.client) + R"(,"sub":)" + quoted(parts.client) +
                        R"(,"aud":)" + quoted(parts.audience) + R"(,"jti":)" + quoted(parts.id) +
                        R"(,"iat":)" + seconds_text(parts.now) + R"(,"nbf":)" +
                        seconds_text(parts.now) + R"(,"exp":)" + seconds_text(parts.now + kLife) +
                        "}";
    const auto text = base64url(header) + "." + base64url(claims);
    const auto signature = key.sign(text);
    return signature.empty() ? Secret{} : Secret{text + "." + base64url(signature)};
}

}  // namespace signet::oauth
