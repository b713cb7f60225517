#include "admin/password.h"

#include "base/text.h"
#include "identity/password_format.h"
#include "identity/prepare.h"

#include <algorithm>
#include <array>

namespace signet::admin {
namespace {

// 511: what crypt(3) reads, so that a password may go on to another server.
constexpr std::size_t kLongest = 511;

// Characters, not octets: a password in Cyrillic letters is no longer than it looks.
std::size_t characters_of(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string reason_against(std::string_view password, unsigned min_length) {
    if (password.size() > kLongest) return "a password has at most 511 octets";
    if (!is_utf8(password)) return "a password is UTF-8";
    if (characters_of(password) < min_length) {
        return "a password has at least " + std::to_string(min_length) + " characters";
    }
    const bool control = std::ranges::any_of(
        password, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
    return control ? "a password has no control characters" : "";
}

unsigned min_length_of(const Services& services) {
    const auto settings =
        services.settings ? services.settings() : std::make_shared<const settings::Snapshot>();
    return settings->passwords.min_length;
}

Result<NewPassword, Fault> given_hash(const std::string& hash) {
    const auto format = identity::parse_password_format(hash);
    if (format) return NewPassword{.hash = hash};
    return fail(Fault{Fault::Kind::usage, "this hash cannot be used: " +
                                              std::string{identity::explanation(format.error())}});
}

Task<Result<NewPassword, Fault>> hashed(const Services& services, identity::Account account,
                                        const Secret& password) {
    NewPassword made;
    Result<std::string, crypto::HashFault> hash = fail(crypto::HashFault::no_memory);
    const bool ran = co_await services.passwords.pool.run([&] {
        hash = services.passwords.hasher.hash(identity::password_forms(password).front().reveal());
        if (!hash || services.passwords.verifiers == nullptr) return;
        auto& credential = account.password();
        services.passwords.verifiers->renew(account, credential, password);
        made.verifiers = credential.verifiers;
    });
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
    if (const auto reason = reason_against(password->reveal(), min_length_of(services));
        !reason.empty()) {
        co_return fail(Fault{Fault::Kind::usage, reason});
    }
    auto stored = co_await hashed(services, std::move(account), *password);
    if (!stored) co_return fail(stored.error());
    stored->generated = std::move(made.generated);
    co_return std::move(*stored);
}

}  // namespace signet::admin
