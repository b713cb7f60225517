#include "oauth/metadata.h"

#include "base/text.h"
#include "oauth/json.h"
#include "oauth/token_fault.h"

#include <algorithm>
#include <utility>

namespace signet::oauth {
namespace {

constexpr std::string_view kHttps = "https://", kHttp = "http://";

// What stands between the scheme and the path; empty where the URL is none that is taken.
std::string_view authority(std::string_view url, std::string_view scheme) {
    const bool printable = std::ranges::all_of(url, [](char c) { return c > ' ' && c < '\x7F'; });
    if (!url.starts_with(scheme) || url.size() > kUrlOctets || !printable) return {};
    if (url.find_first_of("#\\\"<>^`{|}") != std::string_view::npos) return {};
    const auto rest = url.substr(scheme.size());
    const auto found = rest.substr(0, rest.find_first_of("/?"));
    return found.contains('@') ? std::string_view{} : found;
}

}  // namespace

std::array<std::string, 2> metadata_urls(std::string_view issuer) {
    while (issuer.ends_with('/')) issuer.remove_suffix(1);
    const auto path = issuer.find('/', issuer.find("//") + 2);
    const auto origin = issuer.substr(0, path);
    const auto rest = path == std::string_view::npos ? std::string_view{} : issuer.substr(path);
    return {std::string{issuer} + "/.well-known/openid-configuration",
            std::string{origin} + "/.well-known/oauth-authorization-server" + std::string{rest}};
}

bool is_https(std::string_view url) {
    const auto host = authority(url, kHttps);
    return !host.empty() && !host.starts_with(':');
}

bool is_loopback_http(std::string_view url) {
    const auto host = authority(url, kHttp);
    for (const std::string_view own : {"127.0.0.1", "[::1]", "localhost"}) {
        if (!starts_nocase(host, own)) continue;
        const auto rest = host.substr(own.size());
        if (rest.empty() || (rest.starts_with(':') && parse_unsigned(rest.substr(1)))) return true;
    }
    return false;
}

bool may_lead_to(std::string_view issuer, std::string_view url) {
    return is_https(url) || (is_loopback_http(issuer) && is_loopback_http(url));
}

Result<Metadata, std::string> read_metadata(std::string_view json, std::string_view issuer) {
    const auto document = read_json(json, {.octets = kMetadataOctets});
    if (!document || !document->object()) {
        return fail(std::string{"What the issuer says of itself is no JSON object."});
    }
    const auto says = text_of(*document, "issuer");
    if (says != issuer) {
        return fail("It calls itself " + shown(says) + ", not " + shown(issuer) +
                    "; the two must be the same to the letter.");
    }
    Metadata read;
    const std::pair<std::string_view, std::string*> places[] = {
        {"jwks_uri", &read.jwks_uri},
        {"introspection_endpoint", &read.introspection_endpoint},
        {"token_endpoint", &read.token_endpoint},
        {"device_authorization_endpoint", &read.device_authorization_endpoint}};
    for (const auto& [member, place] : places) {
        *place = text_of(*document, member);
        if (place->empty() || may_lead_to(issuer, *place)) continue;
        return fail("Its " + std::string{member} + " is " + shown(*place) +
                    ", and only https is taken.");
    }
    return read;
}

}  // namespace signet::oauth
