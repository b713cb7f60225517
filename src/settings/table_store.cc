#include "settings/described.h"
#include "settings/table_store_file.h"
#include "settings/table_store_http.h"
#include "settings/table_store_ldap.h"
#include "settings/table_store_pam.h"
#include "settings/table_store_postgresql.h"

#include <algorithm>
#include <array>

namespace signet::settings {
namespace {

using namespace std::chrono_literals;

// In the order in which they are explained.
constexpr StoreKind kStoreKinds[] = {
    {"database", "", false}, {"passwd-file", "file", false}, {"ldap", "ldap", true},
    {"pam", "pam", true},    {"http", "http", true},         {"postgresql", "postgresql", true},
};

constexpr auto kKindNames = [] {
    std::array<std::string_view, std::size(kStoreKinds)> names;
    std::ranges::transform(kStoreKinds, names.begin(), &StoreKind::name);
    return names;
}();

constexpr std::array kCommonKeys{
    required(key<&StoreSettings::name>("name", of_kind(Type::Kind::name),
                                       "What logs, metrics and audit events call this store.")),
    required(key<&StoreSettings::kind>(
        "kind", choice(kKindNames),
        "What it is; `database` are the accounts of `signet account`, which are there without "
        "being named, too.")),
    with_default(key<&StoreSettings::domains>(
                     "domains", of_kind(Type::Kind::domains),
                     "The logins it serves, by the domain behind their `@`; a login without one "
                     "has `auth.default_domain`."),
                 "every login"),
    key<&StoreSettings::timeout>(
        "timeout", duration(100ms, 1min),
        "How long one question to a store on another server may take, connecting included."),
    key<&StoreSettings::connections>(
        "connections", count(1, 64),
        "How many questions a store on another server is asked at the same time; of `postgresql`, "
        "on how many connections, each of which takes 16.")};

// One array of all of them, for Section::keys.
template <std::size_t... sizes>
constexpr auto joined(const std::array<Key, sizes>&... parts) {
    std::array<Key, (sizes + ...)> all{};
    auto at = all.begin();
    ((at = std::ranges::copy(parts, at).out), ...);
    return all;
}

constexpr auto kKeys = joined(kCommonKeys, kFileStoreKeys, kLdapStoreKeys, kPamStoreKeys,
                              kHttpStoreKeys, kPostgresStoreKeys);

}  // namespace

std::span<const StoreKind> store_kinds() { return kStoreKinds; }

constinit const Section section_store{
    .name = "store",
    .repeated = true,
    .description =
        "Where accounts are, besides Signet's own database. Stores are asked in the order of the "
        "file, the database first unless it is named; the first that knows the account of a login "
        "answers. One that cannot be asked is answered 454, try later, and never \"wrong "
        "password\".",
    .keys = kKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.stores.emplace_back(); },
    .example =
        "[[store]]\nname    = \"old-server\"\nkind    = \"passwd-file\"\n"
        "domains = [\"example.com\"]\nfile    = { path = \"/etc/signet/users\" }\n",
    .item = [](const Snapshot& snapshot,
               std::size_t index) { return item_of(snapshot.stores, index); }};

}  // namespace signet::settings
