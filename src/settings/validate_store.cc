// Rules about credential stores.
#include "base/ip.h"
#include "base/text.h"
#include "settings/address.h"
#include "settings/judgement.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace signet::settings {
namespace {

const StoreKind* kind_of(const StoreSettings& store) {
    const auto found = std::ranges::find(store_kinds(), store.kind, &StoreKind::name);
    return found == store_kinds().end() ? nullptr : &*found;
}

bool any_key_written(const Places& places, const std::string& table) {
    const auto first = places.written.lower_bound(table + ".");
    return first != places.written.end() && first->first.starts_with(table + ".");
}

// A key of another kind would be passed over in silence.
void keys_of_its_own_kind(Judgement& judgement) {
    const auto& stores = judgement.settings.stores;
    for (std::size_t i = 0; i < stores.size(); ++i) {
        const auto* own = kind_of(stores[i]);
        if (own == nullptr) continue;
        for (const auto& kind : store_kinds()) {
            const auto table = item("store", i) + "." + std::string{kind.table};
            if (kind.table.empty() || kind.table == own->table) continue;
            if (!any_key_written(judgement.places, table)) continue;
            judgement.add("E0350",
                          "a store of kind `" + stores[i].kind + "` has no settings of `" +
                              std::string{kind.table} + "`",
                          item("store", i),
                          "they belong to kind = \"" + std::string{kind.name} + "\"");
        }
    }
}

void what_a_kind_needs(Judgement& judgement) {
    const auto& stores = judgement.settings.stores;
    const auto need = [&](std::size_t i, std::string_view kind, const std::string& key,
                          bool there) {
        const auto path = item("store", i) + "." + key;
        if (stores[i].kind != kind || there || judgement.places.is_spoiled(path)) return;
        judgement.add("E0351", "the store `" + stores[i].name + "` needs `" + key + "`",
                      item("store", i));
    };
    for (std::size_t i = 0; i < stores.size(); ++i) {
        need(i, "passwd-file", "file.path", !stores[i].file.path.empty());
        need(i, "ldap", "ldap.urls", !stores[i].ldap.urls.empty());
        need(i, "ldap", "ldap.base", !stores[i].people.base.empty());
        need(i, "http", "http.url", !stores[i].http.url.empty());
        need(i, "postgresql", "postgresql.hosts", !stores[i].postgres.hosts.empty());
    }
}

void one_database(Judgement& judgement) {
    const auto& stores = judgement.settings.stores;
    const auto is_database = [](const StoreSettings& store) {
        return store.kind == kDatabaseStore;
    };
    const auto first = std::ranges::find_if(stores, is_database);
    for (std::size_t i = 0; i < stores.size(); ++i) {
        const auto path = item("store", i);
        if (is_database(stores[i]) && &stores[i] != &*first) {
            judgement.add("E0352", "there is one database, and it is named twice", path);
        }
        if (!is_database(stores[i]) && stores[i].name == kDatabaseStore) {
            judgement.add("E0352", "`database` is the name of Signet's own accounts",
                          path + ".name", "give this store another name");
        }
    }
}

// where: "`/etc/users`", "the tables of `staff`".
void old_forms(Judgement& judgement, const std::string& where, const std::string& path, bool plain,
               bool weak) {
    if (plain) {
        judgement.add("W0350", "passwords stand in " + where + " as they are",
                      path + ".plain_passwords", "import them, or have them hashed");
    }
    if (weak) {
        judgement.add("W0351", where + " may hold passwords that are broken in hours",
                      path + ".weak_schemes", "give their owners new ones");
    }
}

void old_passwords(Judgement& judgement) {
    const auto& stores = judgement.settings.stores;
    for (std::size_t i = 0; i < stores.size(); ++i) {
        const auto& [file, table] = std::tie(stores[i].file, stores[i].postgres);
        old_forms(judgement, "`" + file.path + "`", item("store", i) + ".file",
                  file.plain_passwords, file.weak_schemes);
        old_forms(judgement, "the tables of `" + stores[i].name + "`",
                  item("store", i) + ".postgresql", table.plain_passwords, table.weak_schemes);
    }
}

bool names_only(std::string_view form, std::initializer_list<std::string_view> names) {
    for (auto at = form.find('{'); at != std::string_view::npos; at = form.find('{')) {
        form.remove_prefix(at);
        const auto known = std::ranges::find_if(
            names, [&](std::string_view name) { return form.starts_with(name); });
        if (known == names.end()) return false;
        form.remove_prefix(known->size());
    }
    return true;
}

// As far as reading tells: it begins and ends as a filter does, and its brackets match.
bool is_filter(std::string_view form) {
    int depth = 0;
    for (std::size_t i = 0; i < form.size(); ++i) {
        depth += form[i] == '(' ? 1 : form[i] == ')' ? -1 : 0;
        if (depth < 0 || (depth == 0 && i + 1 < form.size())) return false;
    }
    return form.starts_with('(') && depth == 0;
}

void filters_are_filters(Judgement& judgement) {
    const auto& stores = judgement.settings.stores;
    for (std::size_t i = 0; i < stores.size(); ++i) {
        if (stores[i].kind != "ldap") continue;
        const auto path = item("store", i) + ".ldap.";
        const auto judge = [&](const char* key, const std::string& form, bool with_dn) {
            if (form.empty()) return;
            const bool named = with_dn ? names_only(form, {"{login}", "{user}", "{domain}", "{dn}"})
                                       : names_only(form, {"{login}", "{user}", "{domain}"});
            if (is_filter(form) && named) return;
            judgement.add("E0353", "`" + form + "` is not a search filter", path + key,
                          named     ? "it is written in brackets, and they match: (uid={login})"
                          : with_dn ? "it may name {login}, {user}, {domain} and {dn}"
                                    : "it may name {login}, {user} and {domain}");
        };
        judge("filter", stores[i].people.filter, false);
        judge("disabled", stores[i].rights.disabled, true);
        judge("group_filter", stores[i].rights.group_filter, true);
        // Else everybody would be the same person.
        const auto& filter = stores[i].people.filter;
        const bool asks = filter.contains("{login}") || filter.contains("{user}");
        if (!asks && !judgement.places.is_spoiled(path + "filter")) {
            judgement.add("E0353", "the filter does not ask for the login", path + "filter",
                          "it needs {login} or {user}");
        }
    }
}

bool is_loopback(const std::string& address) {
    const auto ip = parse_ip(address);
    static const std::array loopback{*parse_network("127.0.0.0/8"), *parse_network("::1")};
    return ip && std::ranges::any_of(loopback, [&](const auto& net) { return net.contains(*ip); });
}

bool is_near(std::string_view url) {
    if (url.starts_with("ldapi:")) return true;
    const auto address = parse_host_and_port(url.substr(url.find("//") + 2), 389);
    return address && is_loopback(address->ip);
}

void directory_is_verified(Judgement& judgement) {
    const auto& stores = judgement.settings.stores;
    for (std::size_t i = 0; i < stores.size(); ++i) {
        const auto& ldap = stores[i].ldap;
        const auto path = item("store", i) + ".ldap";
        if (stores[i].kind != "ldap") continue;
        const auto clear = std::ranges::find_if(ldap.urls, [&](const std::string& url) {
            return url.starts_with("ldap:") && !is_near(url);
        });
        if (ldap.tls == "none" && clear != ldap.urls.end()) {
            judgement.add("W0352", "everybody's password goes to `" + *clear + "` in the clear",
                          path + ".tls", "write tls = \"verified\", or ldaps://");
        }
        if (ldap.bind_dn.empty() != ldap.bind_password.empty() &&
            !judgement.places.is_spoiled(path + ".bind_password")) {
            judgement.add("E0354", "`bind_dn` and `bind_password` belong together", path);
        }
        if (stores[i].people.mode == "compare" && ldap.bind_dn.empty()) {
            judgement.add("E0354", "to compare passwords takes a `bind_dn` that may", path);
        }
    }
}

// The question is put into another one, which bounds it: so it is one SELECT, and no more.
void query_asks_for_the_login(Judgement& judgement) {
    const auto& stores = judgement.settings.stores;
    for (std::size_t i = 0; i < stores.size(); ++i) {
        const auto& people = stores[i].postgres;
        const auto path = item("store", i) + ".postgresql.";
        if (stores[i].kind != "postgresql") continue;
        if (people.query.empty()) {
            if (people.channel.empty()) continue;
            judgement.add("E0355", "own tables have a channel of their own", path + "channel",
                          "leave it out, or write a `query`");
            continue;
        }
        const auto first = people.query.find_first_not_of(" \t\r\n(");
        const auto rest = first == std::string::npos ? "" : people.query.substr(first);
        if (!starts_nocase(rest, "select") && !starts_nocase(rest, "with")) {
            judgement.add("E0355", "the query is no SELECT", path + "query");
        } else if (!people.query.contains("$1") && !people.query.contains("$2")) {
            // Else everybody would be the same person.
            judgement.add("E0355", "the query does not ask for the login", path + "query",
                          "it needs $1, as in WHERE lower(username) = $1");
        }
    }
}

// Of its directory, or of a host that is this machine as far as its name tells.
bool is_this_machine(const std::string& host) {
    if (host.starts_with('/')) return true;
    const auto address = parse_host_and_port(host, kPostgresPort);
    return address && (address->ip == "localhost" || is_loopback(address->ip));
}

void database_is_verified(Judgement& judgement) {
    const auto& stores = judgement.settings.stores;
    for (std::size_t i = 0; i < stores.size(); ++i) {
        const auto& postgres = stores[i].postgres;
        if (stores[i].kind != "postgresql") continue;
        const auto path = item("store", i) + ".postgresql";
        const auto away = std::ranges::find_if_not(postgres.hosts, is_this_machine);
        if (postgres.tls == "none" && away != postgres.hosts.end()) {
            judgement.add("W0353",
                          "everybody's password hash comes from `" + *away + "` in the clear",
                          path + ".tls", "write tls = \"verified\"");
        }
        if (postgres.certificate.empty() && !postgres.key.empty()) {
            judgement.add("E0356", "`client_key` is of no use without `client_certificate`",
                          path + ".client_key");
        }
    }
}

constexpr std::array kRules{keys_of_its_own_kind,
                            what_a_kind_needs,
                            one_database,
                            old_passwords,
                            filters_are_filters,
                            directory_is_verified,
                            query_asks_for_the_login,
                            database_is_verified};

}  // namespace

void judge_stores(Judgement& judgement) {
    for (const auto rule : kRules) rule(judgement);
}

}  // namespace signet::settings
