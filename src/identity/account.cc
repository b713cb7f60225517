#include "identity/account.h"

#include "base/text.h"
#include "precis/precis.h"

#include <algorithm>

namespace signet::identity {
namespace {

constexpr std::size_t kNameLimit = 255;  // octets

// What is left out is what some log, path, query or template would read as its own.
bool is_name_character(char c) {
    return c > ' ' && c <= '~' && !std::string_view{"\"'%/\\"}.contains(c);
}

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::optional<std::string> fold_ascii(std::string_view name) {
    if (name.empty() || name.size() > kNameLimit) return {};
    if (name.front() == '.') return {};
    if (!std::ranges::all_of(name, is_name_character)) return {};
    return lower(name);
}

}  // namespace

std::optional<std::string> fold_account_name(std::string_view presented) {
    if (is_ascii(presented)) return fold_ascii(presented);
    // Letters of full width are what a keyboard left in another alphabet types for ASCII.  What is
    // not ASCII then is nobody's name.
    const auto prepared = precis::username_case_mapped(presented);
    if (!prepared) return {};
    return fold_ascii(*prepared);
}

namespace {

bool same_rights(const Account& a, const Account& b) {
    return a.enabled == b.enabled && a.may_submit == b.may_submit && a.send_as == b.send_as &&
           a.limits == b.limits && a.groups == b.groups;
}

void date(Credential& credential, const Credential* old, WallTime now) {
    if (old != nullptr && old->secret == credential.secret) {
        credential.created = old->created;
    } else if (old != nullptr) {
        credential.created = std::max(now, old->created + std::chrono::microseconds{1});
    } else if (credential.created == WallTime{}) {
        credential.created = now;
    }
}

}  // namespace

void settle(Account& account, const Account* old, WallTime now) {
    account.created = old ? old->created : now;
    account.changed = now;
    account.epoch = old && same_rights(account, *old) ? old->epoch : account.revision;
    std::erase_if(account.credentials, [](const Credential& one) {
        return one.id == kMainPassword && one.secret.empty() && one.verifiers.empty();
    });
    for (auto& credential : account.credentials) {
        date(credential, old ? old->credential(credential.id) : nullptr, now);
    }
}

Credential& Account::password() {
    const auto found = std::ranges::find(credentials, kMainPassword, &Credential::id);
    if (found != credentials.end()) return *found;
    credentials.insert(credentials.begin(), Credential{.id = std::string{kMainPassword}});
    return credentials.front();
}

const Credential* Account::credential(std::string_view id) const {
    const auto found = std::ranges::find(credentials, id, &Credential::id);
    return found == credentials.end() ? nullptr : &*found;
}

std::string_view Account::password_hash() const {
    const auto* found = credential(kMainPassword);
    return found ? std::string_view{found->secret} : std::string_view{};
}

Task<Result<std::optional<Account>, StoreFault>> AccountSource::owner_of(CredentialKind,
                                                                         std::string) {
    co_return std::optional<Account>{};
}

Task<Result<void, StoreFault>> AccountSource::used(std::string, std::string, LastUse) {
    co_return Result<void, StoreFault>{};
}

Task<Result<Account, StoreFault>> AccountSource::renew_credentials(Account) {
    co_return fail(StoreFault::conflict);
}

}  // namespace signet::identity
