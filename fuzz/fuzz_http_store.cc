// What a credential service answers, of any octets: an answer that grants names an account and
// nothing that is none, and a question is one line of JSON whatever is in it.
#include "check.h"
#include "identity/account.h"
#include "oauth/json.h"
#include "store/call_out.h"

#include <algorithm>
#include <cstdint>

using namespace signet;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    const identity::Claim claim{.authcid = "ann", .method = "PLAIN"};
    const auto answer = store::read_call_out(input, claim);
    if (!answer) {
        CHECK(!answer.error().empty());
    } else if (const auto* login = std::get_if<identity::Login>(&*answer)) {
        CHECK(identity::fold_account_name(login->account) == login->account);
        CHECK(login->send_as.size() <= store::kCallOutItems);
        for (const auto& one : login->send_as) CHECK(identity::parse_send_as(one.text()) == one);
    }
    const auto password = Secret::copy_of(input);
    const auto question = store::call_out_question(claim, "ann", &password);
    if (!question) return 0;
    const auto read = oauth::read_json(question->reveal(), {.octets = 8u << 20});
    CHECK(read && oauth::text_of(*read, "password") == input);
    CHECK(question->reveal().find_first_of("\r\n") == std::string_view::npos);
    return 0;
}
