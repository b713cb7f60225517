#include "authn/token_world.h"

#include "base/invariant.h"

#include "net/resume.h"

#include <algorithm>
#include <utility>

namespace signet::authn {
namespace {

void add_account(store::MemoryAccounts& accounts, std::string name, bool enabled) {
    identity::Account account;
    account.name = std::move(name);
    account.enabled = enabled;
    std::ignore = net::run_task(accounts.add(std::move(account)));
}

}  // namespace

Fetch TestWeb::fetch() {
    return [this](Question question, Deadline) { return answer(std::move(question)); };
}

Task<Result<Fetched, std::string>> TestWeb::answer(Question question) {
    asked.push_back(question.url);
    if (question.form) forms.emplace_back(question.form->reveal());
    if (question.authorization) authorized.emplace_back(question.authorization->reveal());
    if (held) {
        co_await net::suspend_until_woken(
            [this](net::Wakeup wakeup) { waiting_.push_back(std::move(wakeup)); });
    }
    if (!down.empty()) co_return fail(down);
    const auto page = pages.find(question.url);
    if (page == pages.end()) co_return Fetched{404, {}};
    if (page->second.body.size() > question.most_octets) {
        co_return fail(std::string{"The answer is too large."});
    }
    co_return Fetched{page->second.status, page->second.body};
}

void TestWeb::release() {
    held = false;
    for (auto& wakeup : std::exchange(waiting_, {})) wakeup();
}

std::size_t TestWeb::count(const std::string& url) const {
    return static_cast<std::size_t>(std::ranges::count(asked, url));
}

TokenWorld::TokenWorld()
    : check_(database_, clock, entropy, [this](std::string_view issuer, std::string_view result) {
          reported.push_back(std::string{issuer} + "/" + std::string{result});
      }) {
    add_account(accounts_, "ann@example.com", true);
    add_account(accounts_, "bob@example.com", false);
    add_account(accounts_, "cat@example.com", true);
    web.pages[std::string{kMetadata}].body =
        R"({"issuer":"https://login.example","jwks_uri":"https://login.example/keys",)"
        R"("introspection_endpoint":"https://login.example/introspect"})";
    publish(oauth::key_set({key.jwk("k")}));
    use({make_issuer("login", std::string{kUrl}, {})});
}

void TokenWorld::publish(const std::string& keys) { web.pages[std::string{kKeys}].body = keys; }

void TokenWorld::say(const std::string& introspection, int status) {
    web.pages[std::string{kIntrospection}] = {status, introspection};
}

IssuerPtr TokenWorld::make_issuer(std::string name, std::string url, const Choice& choice) {
    auto made = std::make_shared<Issuer>();
    made->name = std::move(name);
    made->rules = {.url = url,
                   .audience = {"smtp.example.com"},
                   .algorithms = {crypto::SignatureAlgorithm::es256},
                   .required_scope = {"mail.send"}};
    made->ask = choice.ask;
    made->introspection_url = choice.introspection_url;
    made->keys = std::make_shared<IssuerKeys>(
        IssuerKeys::Options{.issuer = std::move(url)}, web.fetch(), clock,
        [this](const KnownPtr&, const std::string& why) { news.push_back(why); });
    if (choice.ask != Issuer::Ask::never) {
        made->introspector = std::make_shared<Introspector>(
            Introspector::Options{Secret::copy_of("Basic c2lnbmV0OnNlY3JldA=="),
                                  choice.introspection_life},
            web.fetch(), clock, entropy, [](bool, std::chrono::duration<double>) {});
    }
    return made;
}

void TokenWorld::use(Issuers issuers) {
    check_.put_in_force(std::make_shared<const Issuers>(std::move(issuers)));
}

std::string TokenWorld::token(const std::map<std::string, std::string>& changes,
                              const std::string& header) {
    const auto now =
        std::chrono::duration_cast<std::chrono::seconds>(clock.wall().time_since_epoch()).count();
    std::map<std::string, std::string> claims{{"iss", "\"https://login.example\""},
                                              {"aud", "\"smtp.example.com\""},
                                              {"exp", std::to_string(now + 600)},
                                              {"sub", "\"ann@example.com\""},
                                              {"scope", "\"mail.send\""}};
    for (const auto& [name, value] : changes) claims[name] = value;
    std::string text;
    for (const auto& [name, value] : claims) {
        text += text.empty() ? "{\"" : ",\"";
        text.append(name).append("\":").append(value);
    }
    return key.token(header, text + "}");
}

Result<identity::TokenAnswer, StoreFault> TokenWorld::check(const std::string& token,
                                                            const std::string& presented) {
    identity::TokenShown shown{{presented, "OAUTHBEARER", "192.0.2.1"}, Secret::copy_of(token)};
    return net::run_task(check_.check_token(std::move(shown), Deadline::never()));
}

void TokenWorld::bind(const std::string& account, const std::string& subject,
                      identity::Credential credential) {
    auto changed = **net::run_task(accounts_.find(account));
    credential.id = "sso";
    credential.kind = identity::CredentialKind::token;
    credential.secret = subject;
    changed.credentials.push_back(std::move(credential));
    INVARIANT(net::run_task(accounts_.update(std::move(changed))), "the account is there");
}

std::string TokenWorld::outcome(const std::string& token, const std::string& presented) {
    const auto answer = check(token, presented);
    if (!answer) return std::string{name(answer.error())};
    if (const auto* login = std::get_if<identity::Login>(&*answer)) return "ok " + login->account;
    if (const auto* refused = std::get_if<identity::Refused>(&*answer)) {
        return std::string{name(refused->why)};
    }
    return std::get<identity::TokenRefused>(*answer).why;
}

}  // namespace signet::authn
