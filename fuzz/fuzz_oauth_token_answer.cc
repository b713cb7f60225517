// What a token endpoint answers, of any octets: a grant has a token that can be sent, a login has a
// code and an address that can be shown, and a trouble has a sentence of one line.
#include "check.h"
#include "oauth/token_endpoint.h"

#include <algorithm>
#include <cstdint>

using namespace signet;

namespace {

bool is_visible(char c) { return c >= 0x20 && c < 0x7F; }

void is_sentence(const oauth::TokenTrouble& trouble) {
    CHECK(!trouble.text.empty() && trouble.text.size() < 1'000);
    CHECK(trouble.text.find_first_of("\r\n") == std::string::npos);
    CHECK(std::ranges::all_of(trouble.error, is_visible));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 1) return 0;
    constexpr int kStatus[] = {200, 200, 400, 401, 429, 500};
    const int status = kStatus[data[0] % 6];
    const std::string_view input{reinterpret_cast<const char*>(data) + 1, size - 1};
    if (const auto grant = oauth::read_token_answer(status, input); !grant) {
        is_sentence(grant.error());
    } else {
        CHECK(status == 200 && !grant->access_token.empty() && grant->life.count() > 0);
        CHECK(std::ranges::all_of(grant->access_token.reveal(), is_visible));
    }
    if (const auto login = oauth::read_device_answer(status, input); !login) {
        is_sentence(login.error());
    } else {
        CHECK(status == 200 && !login->device_code.empty() && login->interval.count() > 0);
        CHECK(std::ranges::all_of(login->user_code, is_visible));
        CHECK(login->address.starts_with("https://"));
    }
    return 0;
}
