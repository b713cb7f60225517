// credential.list, .add, .set, .revoke and .delete: what an account signs in with.
#include "admin/common.h"
#include "admin/credential_request.h"
#include "admin/password.h"

#include "base/text.h"
#include "crypto/client_certificate.h"
#include "identity/verifiers.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace signet::admin {
namespace {

using identity::Account;
using identity::Credential;
using identity::CredentialKind;
using identity::CredentialState;

constexpr std::string_view kName[] = {"name"};
constexpr std::string_view kNameAndId[] = {"name", "id"};

template <std::size_t N>
constexpr auto with_policy(const std::array<std::string_view, N>& others) {
    std::array<std::string_view, N + std::size(kCredentialParameters)> all;
    std::ranges::copy(others, all.begin());
    std::ranges::copy(kCredentialParameters, all.begin() + N);
    return all;
}
constexpr auto kAddParameters = with_policy(std::array<std::string_view, 6>{
    "name", "type", "password", "cram_md5", "certificate", "subject"});
constexpr auto kSetParameters = with_policy(std::array<std::string_view, 2>{"name", "id"});

Fault usage(std::string message) { return {Fault::Kind::usage, std::move(message)}; }

// 40 bits: unique among the hundred of an account, and short enough to be typed.
std::string make_id(Entropy& entropy) {
    constexpr std::string_view kDigits = "abcdefghijkmnpqrstuvwxyz23456789";
    std::array<std::uint8_t, 8> octets{};
    entropy.fill(octets);
    std::string id;
    for (const auto octet : octets) id += kDigits[octet % kDigits.size()];
    return id;
}

Task<Result<Account, Fault>> account_in(const Services& services, const Request& request) {
    const auto name = account_name_of(request);
    if (!name) co_return fail(name.error());
    auto found = co_await services.accounts.find(*name);
    if (!found) co_return fail(fault_of(found.error()));
    if (!*found) co_return fail(not_found("account", *name));
    co_return std::move(**found);
}

Task<Outcome> list(const Services& services, Request request) {
    const auto account = co_await account_in(services, request);
    if (!account) co_return fail(account.error());
    Answer answer;
    for (const auto& one : account->credentials) {
        answer.items.push_back(credential_json(account->name, one, services.clock.wall()));
    }
    answer.done = R"({"kind":"credential_list","api_version":1,"count":)" +
                  std::to_string(account->credentials.size()) + "}";
    co_return answer;
}

// What is shown once, and what is kept of it.
Task<Result<Secret, Fault>> make_up(const Services& services, const Account& account, bool cram_md5,
                                    Credential& credential) {
    if (services.passwords.app_passwords == nullptr) {
        co_return fail(usage("app passwords are not kept here"));
    }
    auto password = identity::make_app_password(services.entropy);
    credential.secret = services.passwords.app_passwords->digest(account.name, password);
    const bool ran = co_await services.passwords.pool.run([&] {
        if (services.passwords.verifiers) {
            services.passwords.verifiers->renew(account, credential, password);
        }
        if (cram_md5) {
            credential.set_verifier(sasl::ProofKind::cram_md5,
                                    identity::make_cram_verifier(password));
        }
    });
    if (!ran) co_return fail(Fault{Fault::Kind::try_later, "too busy to hash a password now"});
    co_return password;
}

// A second password while it replaces the first; more of them would cost a guesser's time nothing
// and ours much.
Task<Result<void, Fault>> take_password(const Services& services, const Account& account,
                                        Request& request, Credential& credential) {
    const auto chosen = std::ranges::count_if(account.credentials, [](const auto& one) {
        return one.kind == CredentialKind::password && one.state == CredentialState::active;
    });
    if (chosen >= 2) {
        co_return fail(
            Fault{Fault::Kind::conflict, "it has two passwords already: revoke one of them first"});
    }
    auto made = co_await new_password(services, account, request);
    if (!made) co_return fail(made.error());
    if (made->hash.empty()) co_return fail(usage("a password is needed"));
    credential.secret = std::move(made->hash);
    credential.verifiers = std::move(made->verifiers);
    co_return Result<void, Fault>{};
}

struct Made {
    Credential credential;
    std::optional<Secret> password = {};  // to be shown once
};

// Of a certificate its fingerprint is kept, and when it ends so does the credential.
Result<void, Fault> take_certificate(const Request& request, WallTime now, Credential& credential) {
    const auto certificate = crypto::ClientCertificate::read_pem(request.text("certificate"));
    if (!certificate) return fail(usage("`certificate` is " + certificate.error()));
    if (certificate->not_after() <= now) return fail(usage("the certificate has ended"));
    credential.secret = certificate->fingerprint();
    if (credential.label.empty()) {
        credential.label = certificate->subject().substr(0, kLongestLabel);
    }
    if (!credential.expires) credential.expires = certificate->not_after();
    return {};
}

// An issuer by its name in the settings, a blank, and what its tokens have as `sub`.
Result<void, Fault> take_subject(const Request& request, Credential& credential) {
    constexpr std::size_t kLongest = 512;
    auto subject = request.text("subject");
    const auto blank = subject.find(' ');
    const bool fits = blank != std::string::npos && blank != 0 && blank + 1 < subject.size() &&
                      subject.size() <= kLongest && sanitised(subject, kLongest) == subject;
    if (!fits) {
        return fail(
            usage("`subject` is the name of an [[issuer]], a blank, and the `sub` of its "
                  "tokens"));
    }
    credential.secret = std::move(subject);
    return {};
}

// What says itself whose it is, can be one account's only.
Task<Result<void, Fault>> nobody_has(const Services& services, const Credential& credential) {
    const auto owner = co_await services.accounts.owner_of(credential.kind, credential.secret);
    if (!owner) co_return fail(fault_of(owner.error()));
    if (!*owner) co_return Result<void, Fault>{};
    co_return fail(Fault{Fault::Kind::conflict, "`" + (*owner)->name + "` has it already"});
}

// An app password is made up; the rest is what the request brings.
Task<Result<Made, Fault>> make_secret(const Services& services, const Account& account,
                                      Request& request, Made made) {
    const bool cram_md5 = request.flag("cram_md5").value_or(false);
    auto& credential = made.credential;
    if (cram_md5 && credential.kind != CredentialKind::app_password) {
        co_return fail(usage("only an app password can be kept for CRAM-MD5"));
    }
    Result<void, Fault> taken;
    switch (credential.kind) {
    case CredentialKind::app_password: {
        if (request.password) co_return fail(usage("an app password is made up, not chosen"));
        auto shown = co_await make_up(services, account, cram_md5, credential);
        if (!shown) co_return fail(shown.error());
        made.password = std::move(*shown);
        break;
    }
    case CredentialKind::password:
        taken = co_await take_password(services, account, request, credential);
        break;
    case CredentialKind::certificate:
        taken = take_certificate(request, services.clock.wall(), credential);
        if (taken) taken = co_await nobody_has(services, credential);
        break;
    case CredentialKind::token:
        taken = take_subject(request, credential);
        if (taken) taken = co_await nobody_has(services, credential);
        break;
    }
    if (!taken) co_return fail(taken.error());
    co_return made;
}

Task<Result<Made, Fault>> make(const Services& services, const Account& account, Request& request) {
    const auto type = request.text("type");
    const auto kind = identity::parse_credential_kind(type.empty() ? "app-password" : type);
    if (!kind) co_return fail(usage("`type` is app-password, password, certificate or token"));
    Made made{.credential = {.id = make_id(services.entropy), .kind = *kind}};
    std::vector<audit::Change> none;
    if (auto done = apply(request, services.clock.wall(), made.credential, none); !done) {
        co_return fail(done.error());
    }
    co_return co_await make_secret(services, account, request, std::move(made));
}

// One credential instead of the whole account.
Outcome only(Outcome outcome, const Services& services, const std::string& account,
             const Credential& credential, const std::optional<Secret>& password = {}) {
    if (!outcome) return outcome;
    auto object =
        boost::json::parse(credential_json(account, credential, services.clock.wall())).as_object();
    if (password) object["password"] = password->reveal();
    outcome->done = boost::json::serialize(object);
    return outcome;
}

Task<Outcome> add(const Services& services, Request request) {
    const auto account = co_await account_in(services, request);
    if (!account) co_return fail(account.error());
    if (account->credentials.size() >= identity::kMostCredentials) {
        co_return fail(
            Fault{Fault::Kind::conflict, "an account has at most 100 credentials: delete some"});
    }
    auto made = co_await make(services, *account, request);
    if (!made) co_return fail(made.error());
    made->credential.created = services.clock.wall();
    auto outcome = co_await update_account(
        services, std::move(request), "credential.added", [&made](auto& changed, auto& changes) {
            changed.credentials.push_back(made->credential);
            changes.push_back({"credential", "", described(made->credential)});
        });
    co_return only(std::move(outcome), services, account->name, made->credential, made->password);
}

// Looks the credential up, and changes it as `how` says.
template <class How>
Task<Outcome> change(const Services& services, Request request, std::string event, How how) {
    const auto account = co_await account_in(services, request);
    if (!account) co_return fail(account.error());
    const auto id = request.text("id");
    if (!account->credential(id)) co_return fail(not_found("credential", id));
    Result<void, Fault> done;
    Credential after = *account->credential(id);
    auto outcome = co_await update_account(
        services, std::move(request), std::move(event), [&](auto& changed, auto& changes) {
            const auto found = std::ranges::find(changed.credentials, id, &Credential::id);
            if (found == changed.credentials.end()) return;
            const auto size = changes.size();
            done = how(changed, found, changes);
            if (!done) return changes.clear();
            if (changes.size() == size) return;
            changes.insert(changes.begin(), {"credential", described(after), described(after)});
            const auto* left = changed.credential(id);
            if (left) after = *left;
        });
    if (!done) co_return fail(done.error());
    co_return only(std::move(outcome), services, account->name, after);
}

using Place = std::vector<Credential>::iterator;
using Changes = std::vector<audit::Change>;

Task<Outcome> set(const Services& services, Request request) {
    const auto now = services.clock.wall();
    // What the parameters say is read out of the request inside, where the account is current.
    const auto wanted = std::make_shared<Request>();
    wanted->texts = request.texts;
    wanted->lists = request.lists;
    wanted->numbers = request.numbers;
    return change(services, std::move(request), "credential.changed",
                  [now, wanted](Account&, Place place, Changes& changes) {
                      return apply(*wanted, now, *place, changes);
                  });
}

Task<Outcome> revoke(const Services& services, Request request) {
    return change(services, std::move(request), "credential.revoked",
                  [](Account&, Place place, Changes& changes) -> Result<void, Fault> {
                      if (place->state == CredentialState::revoked) return {};
                      changes.push_back({"state", "active", "revoked"});
                      place->state = CredentialState::revoked;
                      return {};
                  });
}

Task<Outcome> remove(const Services& services, Request request) {
    return change(services, std::move(request), "credential.deleted",
                  [](Account& account, Place place, Changes& changes) -> Result<void, Fault> {
                      changes.push_back({"state", std::string{name(place->state)}, "deleted"});
                      account.credentials.erase(place);
                      return {};
                  });
}

}  // namespace

constinit const Endpoint endpoint_credential_list{"credential.list", kName, list};
constinit const Endpoint endpoint_credential_add{"credential.add", kAddParameters, add};
constinit const Endpoint endpoint_credential_set{"credential.set", kSetParameters, set};
constinit const Endpoint endpoint_credential_revoke{"credential.revoke", kNameAndId, revoke};
constinit const Endpoint endpoint_credential_delete{"credential.delete", kNameAndId, remove};

}  // namespace signet::admin
