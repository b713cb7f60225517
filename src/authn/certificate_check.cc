#include "authn/certificate_check.h"

#include "authn/answers.h"
#include "base/text.h"
#include "identity/account.h"

#include <algorithm>
#include <utility>

namespace signet::authn {
namespace {

using identity::CertificateAnswer;
using identity::CertificateRefused;
using identity::Refusal;
using identity::Refused;
using Answer = Result<CertificateAnswer, StoreFault>;

constexpr std::size_t kMostAccounts = 10;  // that one certificate may name: each costs a look-up

CertificateAnswer answer_of(identity::CheckAnswer answer) {
    return std::visit([](auto&& one) -> CertificateAnswer { return std::move(one); },
                      std::move(answer));
}

const std::vector<std::string>& names_of(const crypto::ClientCertificate& certificate,
                                         CertificateRules::Name kind) {
    switch (kind) {
    case CertificateRules::Name::email: return certificate.emails();
    case CertificateRules::Name::dns: return certificate.dns_names();
    case CertificateRules::Name::principal: return certificate.principals();
    case CertificateRules::Name::uri: return certificate.uris();
    }
    std::unreachable();
}

// nullopt: a name of another domain, or none that an account can have.
std::optional<std::string> account_of(std::string name, const CertificateRules& rules) {
    if (!rules.strip_domain.empty()) {
        const auto at = name.rfind('@');
        if (at == std::string::npos ||
            !equal_nocase(std::string_view{name}.substr(at + 1), rules.strip_domain)) {
            return {};
        }
        name.resize(at);
    }
    if (!rules.append_domain.empty()) {
        if (name.contains('@')) return {};
        name += "@" + rules.append_domain;
    }
    return identity::fold_account_name(name);
}

std::string described(const crypto::ClientCertificate& certificate) {
    return "certificate " + certificate.fingerprint() + " (" + certificate.subject() + ")";
}

CertificateRefused refused(std::string why, const crypto::ClientCertificate& certificate,
                           const std::string& detail) {
    return {std::move(why), described(certificate) + ": " + detail};
}

}  // namespace

std::vector<std::string> accounts_named(const crypto::ClientCertificate& certificate,
                                        const CertificateRules& rules) {
    std::vector<std::string> accounts;
    for (const auto kind : rules.names) {
        for (const auto& name : names_of(certificate, kind)) {
            auto account = account_of(name, rules);
            if (!account || std::ranges::count(accounts, *account) != 0) continue;
            if (accounts.size() == kMostAccounts) return accounts;
            accounts.push_back(std::move(*account));
        }
    }
    return accounts;
}

Task<Answer> CertificateCheck::check_certificate(identity::CertificateShown shown,
                                                 Deadline deadline) {
    const auto certificate = shown.certificate;
    auto answer = co_await judge(std::move(shown), deadline);
    auto* login = answer ? std::get_if<identity::Login>(&*answer) : nullptr;
    if (login != nullptr) login->basis.certificate = certificate;
    co_return answer;
}

// As at the sign-in, all of it; but where the client is, and over what it comes, was judged then,
// and the account is asked about elsewhere.
Task<Result<bool, StoreFault>> CertificateCheck::still_good(identity::Login login) {
    identity::CertificateShown shown{.claim = {.authcid = login.account, .method = login.method},
                                     .certificate = login.basis.certificate};
    const auto answer = co_await judge(std::move(shown), Deadline::never());
    if (!answer) co_return fail(answer.error());
    if (const auto* refused = std::get_if<Refused>(&*answer)) {
        co_return refused->account == login.account;
    }
    const auto* now = std::get_if<identity::Login>(&*answer);
    co_return now != nullptr && now->account == login.account;
}

Task<Answer> CertificateCheck::judge(identity::CertificateShown shown, Deadline deadline) {
    const auto rules = rules_.get();
    const auto certificate = crypto::ClientCertificate::read(shown.certificate->leaf);
    if (!certificate) {
        co_return CertificateRefused{"certificate_malformed", certificate.error()};
    }
    const auto now = clock_.wall();
    if (now < certificate->not_before()) {
        co_return refused("certificate_not_yet_valid", *certificate, "its time has not come");
    }
    if (now >= certificate->not_after()) {
        co_return refused("certificate_expired", *certificate, "its time is over");
    }
    auto own = shown.claim;
    own.authcid.clear();
    auto held = co_await store_.holder(std::move(own), identity::CredentialKind::certificate,
                                       certificate->fingerprint(), deadline);
    if (!held) co_return fail(held.error());
    if (!is_unknown(*held)) co_return answer_of(std::move(*held));
    if (!rules->authorities) {
        co_return refused("certificate_unknown", *certificate,
                          "no account has it, and there is no authority whose are taken");
    }
    if (const auto right = rules->authorities->judge(*shown.certificate, now); !right) {
        co_return refused("certificate_untrusted", *certificate, right.error());
    }
    auto accounts = accounts_named(*certificate, *rules);
    if (accounts.empty()) {
        co_return refused("certificate_account", *certificate, "nothing in it names an account");
    }
    co_return co_await look_up(std::move(accounts), std::move(shown.claim), deadline);
}

// Of several accounts the one that the client wants to act as; else the first that there is.
Task<Answer> CertificateCheck::look_up(std::vector<std::string> names, identity::Claim claim,
                                       Deadline deadline) {
    const auto wanted = identity::fold_account_name(claim.authcid);
    const auto first = wanted ? std::ranges::find(names, *wanted) : names.end();
    if (first != names.end()) std::rotate(names.begin(), first, first + 1);
    for (auto& name : names) {
        claim.authcid = name;
        auto answer = co_await store_.vouched(claim, name, deadline);
        if (!answer) co_return fail(answer.error());
        if (is_unknown(*answer)) continue;
        co_return answer_of(std::move(*answer));
    }
    co_return Refused{Refusal::unknown_account, {}};
}

}  // namespace signet::authn
