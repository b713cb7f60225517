#include "store/ldap_directory.h"

#include "base/text.h"
#include "identity/account.h"

#include <algorithm>
#include <set>

namespace signet::store {
namespace {

void tell(LdapTrace trace, std::string sentence) {
    if (trace != nullptr) trace->push_back(std::move(sentence));
}

// "ann@example.com", or as Active Directory has them in proxyAddresses: "SMTP:ann@example.com".
std::optional<identity::SendAs> address_of(std::string_view value) {
    constexpr std::string_view kKind = "smtp:";
    if (value.size() > kKind.size() && equal_nocase(value.substr(0, kKind.size()), kKind)) {
        value.remove_prefix(kKind.size());
    }
    auto address = identity::parse_send_as(value);
    // "*@example.com" in a directory is somebody's entry, and no right to a whole domain.
    if (address && address->local_part.empty()) return {};
    return address;
}

std::vector<std::string> wanted_of(const LdapSettings& settings) {
    auto wanted = settings.people.addresses;
    if (!settings.people.account.empty()) wanted.push_back(settings.people.account);
    const auto& rights = settings.rights;
    if (!rights.groups.empty() && rights.groups_filter.empty()) wanted.push_back(rights.member_of);
    return wanted;
}

const std::vector<std::string>& values(const LdapEntry& entry, const std::string& name) {
    static const std::vector<std::string> none;
    const auto found = entry.attributes.find(lower(name));
    return found == entry.attributes.end() ? none : found->second;
}

}  // namespace

// Each server has its share of the time that is left, so that one that hangs leaves some for the
// others.
LdapResult<LdapConnection> LdapDirectory::connect(SteadyTime until, LdapTrace trace) {
    const auto& urls = settings_.server.urls;
    LdapTrouble last;
    for (std::size_t i = 0; i < urls.size(); ++i) {
        const auto at = (server_ + i) % urls.size();
        const auto now = std::chrono::steady_clock::now();
        if (now >= until) return fail(LdapTrouble{StoreFault::deadline, last.detail});
        const auto share = (until - now) / static_cast<int>(urls.size() - i);
        auto opened = LdapConnection::open(urls[at], settings_.server, now + share);
        if (opened) {
            server_ = at;
            tell(trace, "connected to " + urls[at] +
                            (urls[at].starts_with("ldap:") && settings_.server.tls
                                 ? ", and TLS begun by StartTLS"
                                 : ""));
            return opened;
        }
        last = std::move(opened.error());
        tell(trace, "cannot connect: " + last.detail);
    }
    return fail(std::move(last));
}

LdapResult<void> LdapDirectory::open_search(SteadyTime until, LdapTrace trace) {
    auto opened = connect(until, trace);
    if (!opened) return fail(std::move(opened.error()));
    const auto& service = settings_.service;
    if (!service.dn.empty()) {
        const auto password = service.password();
        if (!password) return fail(LdapTrouble{StoreFault::unavailable, password.error()});
        if (password->empty()) {
            return fail(LdapTrouble{StoreFault::unavailable, "the service's password is empty"});
        }
        const auto bound = opened->bind(service.dn, *password, until);
        if (!bound) return fail(bound.error());
        if (*bound != LdapBind::right) {
            return fail(LdapTrouble{StoreFault::unavailable,
                                    opened->url() + " refuses to let " + service.dn + " in"});
        }
        tell(trace, "signed in to the directory as " + service.dn);
    }
    search_.emplace(std::move(*opened));
    return {};
}

template <class T, class Work>
LdapResult<T> LdapDirectory::on(Connection& connection, bool for_search, SteadyTime until,
                                LdapTrace trace, Work work) {
    for (;;) {
        const bool old = connection.has_value();
        if (!old && for_search) {
            if (auto opened = open_search(until, trace); !opened) return fail(opened.error());
        } else if (!old) {
            auto opened = connect(until, trace);
            if (!opened) return fail(std::move(opened.error()));
            connection.emplace(std::move(*opened));
        }
        auto answer = work(*connection);
        if (answer) return answer;
        connection.reset();  // whatever is wrong with it
        if (!old) return answer;
        tell(trace, "the connection was lost: " + answer.error().detail);
    }
}

LdapResult<std::vector<LdapEntry>> LdapDirectory::search(const LdapSearch& wanted, SteadyTime until,
                                                         LdapTrace trace) {
    return on<std::vector<LdapEntry>>(search_, true, until, trace, [&](LdapConnection& connection) {
        return connection.search(wanted, until);
    });
}

LdapResult<std::optional<LdapPerson>> LdapDirectory::find(const std::string& login,
                                                          SteadyTime until, LdapTrace trace) {
    const auto& people = settings_.people;
    const FilterValues values_of_login{.login = login, .dn = {}};
    const auto filter = fill_filter(people.filter, values_of_login);
    const auto found = search({.base = fill_filter(people.base, values_of_login),
                               .scope = people.scope,
                               .filter = filter,
                               .attributes = wanted_of(settings_)},
                              until, trace);
    if (!found) return fail(found.error());
    tell(trace, "searched for " + filter + ": " +
                    (found->size() > 1 ? "more than one entry, so nobody is meant"
                     : found->empty()  ? "no entry"
                                       : found->front().dn));
    if (found->size() != 1) return std::optional<LdapPerson>{};
    const auto& entry = found->front();
    LdapPerson person{.dn = entry.dn, .account = login, .send_as = {}};
    if (!people.account.empty()) {
        const auto& names = values(entry, people.account);
        const auto name = names.size() == 1 ? identity::fold_account_name(names.front())
                                            : std::optional<std::string>{};
        if (!name) {
            tell(trace, "the entry has no `" + people.account + "` that can be an account's name");
            return std::optional<LdapPerson>{};
        }
        person.account = *name;
    }
    for (const auto& attribute : people.addresses) {
        for (const auto& value : values(entry, attribute)) {
            if (auto address = address_of(value)) person.send_as.push_back(std::move(*address));
        }
    }
    if (!settings_.rights.groups.empty()) {
        person.member_of = values(entry, settings_.rights.member_of);
    }
    return std::optional{std::move(person)};
}

LdapResult<std::vector<std::string>> LdapDirectory::groups(const LdapPerson& person,
                                                           const std::string& login,
                                                           SteadyTime until, LdapTrace trace) {
    const auto& rights = settings_.rights;
    if (rights.groups.empty()) return std::vector<std::string>{};
    auto entries = person.member_of;
    if (!rights.groups_filter.empty()) {
        const auto filter = fill_filter(rights.groups_filter, {.login = login, .dn = person.dn});
        const auto found = search({.base = rights.group_base,
                                   .filter = filter,
                                   .attributes = {},
                                   .limit = static_cast<int>(kMaxLdapValues)},
                                  until, trace);
        if (!found) return fail(found.error());
        entries.clear();
        for (const auto& one : *found) entries.push_back(one.dn);
    }
    std::set<std::string> names;
    for (const auto& entry : entries) {
        const auto known = rights.groups.find(normal_dn(entry));
        if (known != rights.groups.end()) names.insert(known->second);
    }
    std::string told;
    for (const auto& name : names) told += (told.empty() ? "" : ", ") + name;
    tell(trace, "it is in " + std::to_string(entries.size()) + " groups there, here in " +
                    (told.empty() ? "none" : told));
    return std::vector<std::string>{names.begin(), names.end()};
}

// Who is locked out is searched for too, and taken away: what fits both is not there.
LdapResult<LdapEverybody> LdapDirectory::everybody(std::size_t most, SteadyTime until) {
    const auto& people = settings_.people;
    auto wanted = people.addresses;
    if (!people.account.empty()) wanted.push_back(people.account);
    for (auto& name : attributes_compared(people.filter)) wanted.push_back(std::move(name));
    const auto filter = fill_filter_for_all(people.filter);
    const auto list = [&](const std::string& form, std::vector<std::string> attributes) {
        const LdapSearch search{.base = fill_filter_for_all(people.base),
                                .scope = people.scope,
                                .filter = form,
                                .attributes = std::move(attributes)};
        return on<LdapListing>(search_, true, until, nullptr, [&](LdapConnection& connection) {
            return connection.list(search, {.entries = most}, until);
        });
    };
    std::set<std::string> locked_out;
    const auto& disabled = settings_.rights.disabled;
    if (disabled.contains('{')) {
        return fail(LdapTrouble{StoreFault::unavailable,
                                "`ldap.disabled` asks for one entry, so nobody can be listed by "
                                "it"});
    }
    if (!disabled.empty()) {
        const auto found = list("(&" + filter + disabled + ")", {});
        if (!found) return fail(found.error());
        for (const auto& entry : found->entries) locked_out.insert(entry.dn);
    }
    auto found = list(filter, wanted);
    if (!found) return fail(found.error());
    LdapEverybody all{.names = {}, .entries = found->entries.size(), .referrals = found->referrals};
    for (const auto& entry : found->entries) {
        if (locked_out.contains(entry.dn)) {
            ++all.locked_out;
            continue;
        }
        for (const auto& name : wanted) {
            for (const auto& value : values(entry, name)) {
                const auto address = address_of(value);
                all.names.push_back(address ? address->text() : value);
            }
        }
    }
    return all;
}

// RFC 4513 §5.1.2: "Clients SHOULD disallow an empty password input to a Name/Password
// Authentication user interface."  Here none is ever sent.
LdapResult<LdapBind> LdapDirectory::prove(const LdapPerson& person, const Secret& password,
                                          SteadyTime until, LdapTrace trace) {
    if (password.empty() || person.dn.empty()) {
        tell(trace, "an empty password opens nothing");
        return LdapBind::wrong;
    }
    const auto& attribute = settings_.people.password;
    if (!attribute.empty()) {
        const auto same = on<bool>(search_, true, until, trace, [&](LdapConnection& connection) {
            return connection.compare(person.dn, attribute, password, until);
        });
        if (!same) return fail(same.error());
        tell(trace, "compared with " + attribute + ": " + (*same ? "the same" : "another value"));
        return *same ? LdapBind::right : LdapBind::wrong;
    }
    auto bound = on<LdapBind>(proof_, false, until, trace, [&](LdapConnection& connection) {
        return connection.bind(person.dn, password, until);
    });
    if (bound) {
        tell(trace, "bind as " + person.dn + ": " +
                        (*bound == LdapBind::right   ? "the password is right"
                         : *bound == LdapBind::wrong ? "the password is wrong"
                                                     : "the directory says that it is locked"));
    }
    return bound;
}

LdapResult<bool> LdapDirectory::is_disabled(const LdapPerson& person, const std::string& login,
                                            SteadyTime until, LdapTrace trace) {
    if (settings_.rights.disabled.empty()) return false;
    const auto filter = fill_filter(settings_.rights.disabled, {.login = login, .dn = person.dn});
    const auto found = search({.base = person.dn,
                               .scope = LdapScope::base,
                               .filter = filter,
                               .attributes = {},
                               .limit = 1},
                              until, trace);
    if (!found) return fail(found.error());
    tell(trace,
         std::string{found->empty() ? "it is not disabled" : "it is disabled"} + " by " + filter);
    return !found->empty();
}

LdapResult<bool> LdapDirectory::may_submit(const LdapPerson& person, const std::string& login,
                                           SteadyTime until, LdapTrace trace) {
    const auto& rights = settings_.rights;
    if (rights.group_filter.empty()) return true;
    const auto filter = fill_filter(rights.group_filter, {.login = login, .dn = person.dn});
    const auto found = search(
        {.base = rights.group_base, .filter = filter, .attributes = {}, .limit = 1}, until, trace);
    if (!found) return fail(found.error());
    tell(trace, "searched for the groups " + filter + ": " +
                    (found->empty() ? "none, so it may not submit" : found->front().dn));
    return !found->empty();
}

}  // namespace signet::store
