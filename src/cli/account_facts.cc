#include "cli/account_facts.h"

#include "app/block_on.h"
#include "app/credential_key.h"
#include "cli/link.h"
#include "net/system_clock.h"
#include "net/system_entropy.h"
#include "store/sqlite_accounts.h"

#include <boost/json.hpp>

#include <filesystem>

namespace signet::cli {
namespace {

using Facts = std::vector<settings::AccountFact>;

settings::AccountFact fact_of(std::string_view item) {
    const auto object = boost::json::parse(item).as_object();
    settings::AccountFact fact{.name = std::string{object.at("name").as_string()},
                               .enabled = object.at("enabled").as_bool(),
                               .has_password = object.at("has_password").as_bool(),
                               .send_as = {}};
    for (const auto& address : object.at("addresses").as_array()) {
        fact.send_as.emplace_back(address.as_string());
    }
    return fact;
}

settings::AccountFact fact_of(const identity::Account& account) {
    settings::AccountFact fact{.name = account.name,
                               .enabled = account.enabled,
                               .has_password = !account.password_hash().empty(),
                               .send_as = {}};
    for (const auto& address : account.send_as) fact.send_as.push_back(address.text());
    return fact;
}

std::optional<Facts> from_server(Link& link) {
    Facts facts;
    try {
        const auto done = link.ask(RequestLine{"account.list"}.finish(),
                                   [&](std::string_view item) { facts.push_back(fact_of(item)); });
        if (!done) return {};
    } catch (const std::exception&) {  // not what our own server says
        return {};
    }
    return facts;
}

// SQLite lets others read while a server writes, and gives what it makes to the file's owner.
std::optional<Facts> from_database(const settings::StorageSettings& storage) {
    const auto path = storage.path + "/accounts.db";
    if (std::error_code none; !std::filesystem::exists(path, none)) return {};
    const net::SystemClock clock;
    net::SystemEntropy entropy;
    const auto accounts = store::SqliteAccounts::open(
        path, clock,
        {app::credential_key_source(storage, entropy, app::MissingKey::refuse), entropy});
    if (!accounts) return {};
    net::IoThreads io{1};
    io.start();
    const auto list = app::block_on(io, (*accounts)->list());
    io.stop();
    if (!list) return {};
    Facts facts;
    for (const auto& account : *list) facts.push_back(fact_of(account));
    return facts;
}

}  // namespace

std::optional<Facts> account_facts(const settings::Snapshot& settings) {
    if (const auto link = connect_to(settings.admin.socket)) return from_server(**link);
    return from_database(settings.storage);
}

}  // namespace signet::cli
