#include "store/http_credentials.h"

#include "base/text.h"
#include "store/call_out.h"

#include <utility>

namespace signet::store {

using identity::CheckAnswer;
using identity::Claim;
using identity::Refusal;
using identity::Refused;
using Checked = Result<CheckAnswer, StoreFault>;

HttpCredentials::HttpCredentials(HttpStoreOptions options, HttpFetch fetch, const Clock& clock)
    : options_(std::move(options)), fetch_(std::move(fetch)), clock_(clock) {}

StoreFault HttpCredentials::unavailable(std::string_view detail) const {
    if (options_.report) options_.report(detail);
    return StoreFault::unavailable;
}

Task<Checked> HttpCredentials::ask(const Claim& claim, std::string_view login,
                                   const Secret* password, Deadline deadline) {
    auto question = call_out_question(claim, login, password);
    // Nobody has such a name there, since nobody could be asked about it.
    if (!question) co_return Refused{Refusal::unknown_account, {}};
    net::HttpRequest request{.method = "POST",
                             .url = options_.url,
                             .body = std::move(question),
                             .most_octets = kCallOutOctets};
    request.fields.push_back({"Content-Type", Secret{"application/json"}});
    request.fields.push_back({"Accept", Secret{"application/json"}});
    if (options_.bearer) {
        const auto bearer = options_.bearer();
        if (!bearer) co_return fail(unavailable(bearer.error()));
        std::string value{"Bearer "};
        value.reserve(value.size() + bearer->size());
        value += bearer->reveal();
        request.fields.push_back({"Authorization", Secret{std::move(value)}});
    }
    const auto until = Deadline::in(clock_, options_.timeout).sooner_of(deadline);
    const auto response = co_await fetch_(std::move(request), until);
    if (!response) {
        const bool late = response.error().kind == net::HttpFault::Kind::timed_out;
        const auto fault = unavailable(response.error().text);
        co_return fail(late ? StoreFault::deadline : fault);
    }
    if (response->status != 200) {
        co_return fail(
            unavailable("the service answered HTTP " + std::to_string(response->status)));
    }
    auto answer = read_call_out(response->body.reveal(), claim);
    if (!answer) co_return fail(unavailable("the service's answer is none: " + answer.error()));
    co_return std::move(*answer);
}

// A password that cannot be asked about is wrong, if there is such an account at all.
Task<Checked> HttpCredentials::check(Claim claim, Secret password, Deadline deadline) {
    const bool askable = is_utf8(password.reveal());
    auto answer = co_await ask(claim, claim.authcid, askable ? &password : nullptr, deadline);
    if (askable || !answer) co_return answer;
    if (auto* login = std::get_if<identity::Login>(&*answer)) {
        co_return Refused{Refusal::bad_password, std::move(login->account)};
    }
    auto& refused = std::get<Refused>(*answer);
    if (refused.why != Refusal::unknown_account) refused.why = Refusal::bad_password;
    co_return answer;
}

Task<Checked> HttpCredentials::vouched(Claim claim, std::string account, Deadline deadline) {
    co_return co_await ask(claim, account, nullptr, deadline);
}

Task<Result<std::string, StoreFault>> HttpCredentials::account_of(std::string authcid) {
    const Claim claim{.authcid = std::move(authcid), .method = "PLAIN"};
    const auto answer =
        co_await ask(claim, claim.authcid, nullptr, Deadline::in(clock_, options_.timeout));
    if (!answer) co_return fail(answer.error());
    if (const auto* login = std::get_if<identity::Login>(&*answer)) co_return login->account;
    co_return std::get<Refused>(*answer).account;
}

}  // namespace signet::store
