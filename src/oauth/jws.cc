#include "oauth/jws.h"

#include "base/base64.h"
#include "base/text.h"
#include "oauth/jwk.h"

#include <algorithm>
#include <utility>

namespace signet::oauth {
namespace {

std::unexpected<TokenFault> malformed(std::string_view detail) {
    return fail(TokenFault{TokenFaultKind::malformed, std::string{detail}});
}

Result<std::string, TokenFault> octets_of(std::string_view part, std::string_view which) {
    auto octets = unbase64url(part);
    if (octets) return std::move(*octets);
    return malformed("Its " + std::string{which} + " is not base64url without padding.");
}

Result<Json, TokenFault> read_object(std::string_view octets, std::string_view which) {
    const auto what = "Its " + std::string{which};
    auto object = read_json(octets, {.octets = kTokenOctets});
    if (!object && object.error() == JsonFault::duplicate_name) {
        return malformed(what + " names a member twice.");
    }
    if (!object || !object->object()) return malformed(what + " is no JSON object.");
    return std::move(*object);
}

Result<void, TokenFault> read_header(const Json& header, Jws& jws) {
    // RFC 7515 §4.1.11: what `crit` names must be understood.  Nothing that may stand there is.
    if (header.find("crit")) {
        return fail(TokenFault{TokenFaultKind::critical,
                               "Its header asks for an extension that must be understood (crit), "
                               "and none is."});
    }
    for (const auto* text : {"alg", "kid", "typ"}) {
        const auto* member = header.find(text);
        if (member && !member->text()) {
            return malformed("In its header \"" + std::string{text} + "\" is no text.");
        }
    }
    const auto named = text_of(header, "alg");
    const auto algorithm = crypto::signature_algorithm(named);
    if (!algorithm) {
        return fail(TokenFault{TokenFaultKind::algorithm,
                               "It is signed with " + shown(named) + ", which is never taken."});
    }
    jws.algorithm = *algorithm;
    jws.key_id = text_of(header, "kid");
    jws.type = text_of(header, "typ");
    if (jws.key_id.size() > kKeyIdOctets) return malformed("The name of its key is too long.");
    return {};
}

}  // namespace

bool looks_like_jwt(std::string_view token) {
    const auto dots = std::ranges::count(token, '.');
    // '{' in base64url, and a quote, a blank or a line end behind it.
    return (dots == 2 || dots == 4) && (token.starts_with("ey") || token.starts_with("ew"));
}

Result<Jws, TokenFault> read_jws(std::string_view token) {
    if (token.size() > kTokenOctets) return malformed("It is too long.");
    const auto parts = split(token, '.');
    if (parts.size() == 5) {  // RFC 7516 §3.1
        return fail(TokenFault{TokenFaultKind::encrypted,
                               "It is encrypted for another service (JWE); ask its issuer for "
                               "signed tokens with this server as the audience."});
    }
    if (parts.size() != 3) return malformed("It has not the three parts of a signed token.");
    auto head = octets_of(parts[0], "header"), payload = octets_of(parts[1], "payload"),
         signature = octets_of(parts[2], "signature");
    for (const auto* part : {&head, &payload, &signature}) {
        if (!*part) return fail(part->error());
    }
    const auto header = read_object(*head, "header");
    if (!header) return fail(header.error());
    Jws jws;
    if (const auto read = read_header(*header, jws); !read) return fail(read.error());
    jws.signed_text = token.substr(0, parts[0].size() + 1 + parts[1].size());
    jws.payload = std::move(*payload);
    jws.signature = std::move(*signature);
    return jws;
}

Result<Json, TokenFault> read_claims(const Jws& token) {
    return read_object(token.payload, "payload");
}

}  // namespace signet::oauth
