#include "admin/password.h"

#include "identity/password_format.h"
#include "identity/password_rules.h"
#include "identity/prepare.h"

#include <array>

namespace signet::admin {
namespace {

// The settings, and the words that everybody who attacks this account tries first.
identity::PasswordRules rules_of(const Services& services, const identity::Account& account) {
    const auto settings =
        services.settings ? services.settings() : std::make_shared<const settings::Snapshot>();
    std::vector<std::string> names{settings->hostname};
    for (const auto& address : account.send_as) {
        names.push_back(address.local_part.empty() ? address.domain : address.text());
    }
    return {settings->passwords.min_length, identity::context_words(account.name, names)};
}

Result<NewPassword, Fault> given_hash(const std::string& hash) {
    const auto format = identity::parse_password_format(hash);
    if (format) return NewPassword{.hash = hash};
    return fail(Fault{Fault::Kind::usage, "this hash cannot be used: " +
                                              std::string{identity::explanation(format.error())}});
}

// chosen: by somebody, and not made up here.
Task<Result<NewPassword, Fault>> hashed(const Services& services, identity::Account account,
                                        const Secret& password, bool chosen) {
    NewPassword made;
    Result<std::string, crypto::HashFault> hash = fail(crypto::HashFault::no_memory);
    Result<bool, std::string> breached = false;
    const bool ran = co_await services.passwords.pool.run([&] {
        if (chosen && services.passwords.breached != nullptr) {
            breached = services.passwords.breached->knows(password);
        }
        if (!breached || *breached) return;
        hash = services.passwords.hasher.hash(identity::password_forms(password).front().reveal());
        if (!hash || services.passwords.verifiers == nullptr) return;
        auto& credential = account.password();
        services.passwords.verifiers->renew(account, credential, password);
        made.verifiers = credential.verifiers;
    });
    // A list that cannot be asked must not be a list without entries.
    if (!breached) co_return fail(Fault{Fault::Kind::failed, std::move(breached.error())});
    if (*breached) {
        co_return fail(Fault{Fault::Kind::usage,
                             "this password is known from breaches of other sites, and is among "
                             "the first that guessers try: choose another one"});
    }
    if (!ran || !hash) {
        co_return fail(Fault{Fault::Kind::try_later, "too busy to hash a password now"});
    }
    made.hash = std::move(*hash);
    co_return std::move(made);
}

}  // namespace

Secret generate_password(Entropy& entropy) {
    constexpr std::size_t kLetters = 16, kGroup = 4;
    std::string text;
    text.reserve(kLetters + kLetters / kGroup);
    while (text.size() < kLetters + kLetters / kGroup - 1) {
        if (text.size() % (kGroup + 1) == kGroup) {
            text += ' ';
            continue;
        }
        std::array<std::uint8_t, 1> octet{};
        entropy.fill(octet);
        constexpr std::uint8_t kFair = 256 / 26 * 26;  // beyond it some letters would be likelier
        if (octet[0] < kFair) text += static_cast<char>('a' + octet[0] % 26);
    }
    return Secret{std::move(text)};
}

Task<Result<NewPassword, Fault>> new_password(const Services& services, identity::Account account,
                                              Request& request) {
    const auto hash = request.text("hash");
    const bool generate = request.flag("generate").value_or(false);
    if (int{request.password.has_value()} + int{!hash.empty()} + int{generate} > 1) {
        co_return fail(Fault{Fault::Kind::usage,
                             "a password is given, or a hash, or one is generated: not two of it"});
    }
    if (!hash.empty()) co_return given_hash(hash);
    NewPassword made;
    if (generate) made.generated = generate_password(services.entropy);
    const auto* password = generate           ? &*made.generated
                           : request.password ? &*request.password
                                              : nullptr;
    if (!password) co_return std::move(made);
    const auto reason = identity::reason_against(password->reveal(), rules_of(services, account));
    if (!generate && !reason.empty()) co_return fail(Fault{Fault::Kind::usage, reason});
    auto stored = co_await hashed(services, std::move(account), *password, !generate);
    if (!stored) co_return fail(stored.error());
    stored->generated = std::move(made.generated);
    co_return std::move(*stored);
}

}  // namespace signet::admin
