// A token of any octets: nothing that was not signed with the key is ever found right, claims are
// judged without a way out but a fault, and what is taken says what the rules ask for.
#include "base/base64.h"
#include "check.h"
#include "oauth/verify.h"

#include <cstdint>

using namespace signet;

namespace {

// The key of RFC 7515 appendix A.3, whose private half a fuzzer will not draw.
constexpr std::string_view kKeys =
    R"({"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","kid":"k"}]})";
constexpr std::string_view kSigned =
    "eyJhbGciOiJFUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl"
    "fQ";

oauth::IssuerRules rules() {
    return {
        .url = "joe",
        .audience = {"smtp.example.com"},
        .algorithms = {crypto::kSignatureAlgorithms.begin(), crypto::kSignatureAlgorithms.end()},
        .required_scope = {"mail.send"}};
}

void judge(const oauth::Json& claims, oauth::Source source) {
    const auto judged =
        oauth::judge(claims, rules(), WallTime{std::chrono::seconds{1'800'000'000}}, source);
    if (!judged) {
        CHECK(!judged.error().detail.empty() && judged.error().detail.size() < 4'096);
        CHECK(judged.error().detail.find_first_of("\r\n\x1b") == std::string::npos);
        return;
    }
    CHECK(!judged->account.empty() && judged->account.size() <= 255);
    CHECK(judged->account.find_first_of(std::string_view{"\0\r\n", 3}) == std::string::npos);
    CHECK(judged->expires || source == oauth::Source::introspection);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    static const auto keys = oauth::read_key_set(kKeys).value();
    if (const auto claims = oauth::read_json(input); claims && claims->object()) {
        judge(*claims, oauth::Source::token);
        judge(*claims, oauth::Source::introspection);
    }
    const auto jws = oauth::read_jws(input);
    if (!jws) {
        CHECK(!jws.error().detail.empty());
        return 0;
    }
    // The parts are what they were, in their one spelling.
    CHECK(jws->signed_text + "." + base64url(jws->signature) == input);
    CHECK(jws->signed_text.ends_with("." + base64url(jws->payload)));
    if (oauth::check_signature(*jws, keys, rules())) CHECK(jws->signed_text == kSigned);
    if (const auto claims = oauth::read_claims(*jws)) judge(*claims, oauth::Source::token);
    return 0;
}
