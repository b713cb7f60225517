// What an issuer answers, of any octets: its metadata leads to https alone, and an introspection
// without `active` says nothing.
#include "check.h"
#include "oauth/introspection.h"
#include "oauth/metadata.h"

#include <cstdint>

using namespace signet;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    constexpr std::string_view kIssuer = "https://login.example";
    if (const auto read = oauth::read_metadata(input, kIssuer)) {
        for (const auto& url : {read->jwks_uri, read->introspection_endpoint, read->token_endpoint,
                                read->device_authorization_endpoint}) {
            CHECK(url.empty() || oauth::is_https(url));
        }
    }
    if (oauth::is_https(input)) {
        CHECK(!oauth::is_loopback_http(input));
        for (const auto& url : oauth::metadata_urls(input)) CHECK(url.starts_with("https://"));
    }
    const auto answer = oauth::read_introspection(input);
    if (!answer) return 0;
    const oauth::IssuerRules rules{
        .url = std::string{kIssuer}, .audience = {"smtp.example.com"}, .algorithms = {}};
    const auto judged =
        oauth::judge_introspected(*answer, rules, WallTime{std::chrono::seconds{1'800'000'000}});
    if (judged) CHECK(answer->find("active")->boolean() == true && !judged->account.empty());
    return 0;
}
