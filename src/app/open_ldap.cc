// [[store]] kind = "ldap"
#include "app/load_settings.h"
#include "app/remote_store.h"
#include "settings/people.h"

#include "store/ldap_credentials.h"

namespace signet::app {
namespace {

constexpr std::chrono::seconds kListing{50};  // of everybody, while somebody waits

// Where Debian's ca-certificates puts them; libldap by GnuTLS takes no default.
constexpr std::string_view kSystemAuthorities = "/etc/ssl/certs/ca-certificates.crt";
store::LdapScope scope_of(const std::string& word) {
    if (word == "one") return store::LdapScope::one;
    return word == "base" ? store::LdapScope::base : store::LdapScope::sub;
}

store::LdapSettings directory_of(const settings::StoreSettings& settings) {
    const auto& [ldap, people, rights] = std::tie(settings.ldap, settings.people, settings.rights);
    store::LdapSettings made;
    made.server = {.urls = ldap.urls,
                   .tls = ldap.tls != "none",
                   .ca = ldap.ca.empty() ? std::string{kSystemAuthorities} : ldap.ca,
                   .referrals = ldap.referrals};
    made.service = {.dn = ldap.bind_dn,
                    .password = [source = ldap.bind_password] { return read_secret(source); }};
    made.people = {.base = people.base,
                   .scope = scope_of(people.scope),
                   .filter = people.filter,
                   .account = people.account,
                   .addresses = people.addresses,
                   .password = people.mode == "compare" ? people.password : std::string{}};
    made.rights = {.disabled = rights.disabled,
                   .group_base = rights.group_base.empty() ? people.base : rights.group_base,
                   .group_filter = rights.group_filter,
                   .member_of = rights.member_of,
                   .groups_filter = rights.groups_filter};
    for (const auto& text : rights.groups) {
        if (auto group = settings::parse_group_of_directory(text)) {
            made.rights.groups.emplace(store::normal_dn(group->dn), std::move(group->group));
        }
    }
    return made;
}

store::LdapOptions options_of(const settings::StoreSettings& settings, observe::Log& log) {
    return {.settings = directory_of(settings),
            .threads = settings.connections,
            .timeout = settings.timeout,
            .report = [name = settings.name, &log](std::string_view detail) {
                log.write(observe::Level::warning, "a directory cannot be asked",
                          {{"store", name}, {"detail", std::string{detail}}});
            }};
}

class LdapStore final : public RemoteStore<store::LdapCredentials> {
public:
    LdapStore(const settings::StoreSettings& settings, const StoreMaterial& material)
        : RemoteStore(settings, material, options_of(settings, material.ground.log)) {}

    Task<Result<Everybody, std::string>> everybody() override {
        auto all = co_await store().everybody(
            identity::kMostStaff, Deadline::at(std::chrono::steady_clock::now() + kListing));
        if (!all) co_return fail(std::move(all.error()));
        Everybody people{.staff = {}, .notes = {}};
        for (const auto& name : all->names) {
            if (auto folded = identity::fold_account_name(name)) people.staff.insert(*folded);
        }
        people.notes.push_back(std::to_string(all->entries) + " entries, of which " +
                               std::to_string(all->locked_out) + " are locked out");
        if (all->referrals > 0) {
            people.notes.push_back(std::to_string(all->referrals) +
                                   " referrals to other directories, which were not followed: who "
                                   "is only there counts as gone");
        }
        co_return people;
    }

    Task<admin::StoreTrial> try_sign_in(std::string login, Secret password) override {
        auto tried = co_await store().try_sign_in({.authcid = std::move(login), .method = "PLAIN"},
                                                  std::move(password), patience());
        admin::StoreTrial trial{std::move(tried.steps), std::string{outcome_of(tried.answer)}};
        if (const auto* granted =
                tried.answer ? std::get_if<identity::Login>(&*tried.answer) : nullptr) {
            trial.steps.push_back(told_login(*granted));
        } else if (!tried.answer && tried.answer.error() == StoreFault::deadline) {
            trial.steps.emplace_back("there was no answer in time");
        }
        co_return trial;
    }
};

}  // namespace

Result<std::unique_ptr<OpenedStore>, StartFault> open_ldap(const settings::StoreSettings& settings,
                                                           const StoreMaterial& material) {
    return std::make_unique<LdapStore>(settings, material);
}

}  // namespace signet::app
