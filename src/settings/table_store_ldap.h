// The keys of a [[store]] of kind ldap.
#pragma once

#include "settings/described.h"

#include <array>

namespace signet::settings {

inline constexpr std::string_view kLdapTls[] = {"verified", "none"};
inline constexpr std::string_view kLdapScopes[] = {"sub", "one", "base"};
inline constexpr std::string_view kLdapModes[] = {"bind", "compare"};

template <auto Member>
constexpr Key ldap_key(std::string_view name, Type type, std::string_view description) {
    return inner_key<&StoreSettings::ldap, Member>(name, type, description);
}
template <auto Member>
constexpr Key people_key(std::string_view name, Type type, std::string_view description) {
    return inner_key<&StoreSettings::people, Member>(name, type, description);
}
template <auto Member>
constexpr Key rights_key(std::string_view name, Type type, std::string_view description) {
    return inner_key<&StoreSettings::rights, Member>(name, type, description);
}

inline constexpr std::array kLdapStoreKeys{
    ldap_key<&LdapServerSettings::urls>(
        "ldap.urls", of_kind(Type::Kind::ldap_urls),
        "The directory servers; each is tried when those before it do not answer."),
    ldap_key<&LdapServerSettings::tls>(
        "ldap.tls", choice(kLdapTls),
        "`verified`: inside TLS, by StartTLS for `ldap://`, and the certificate must carry the "
        "server's name; `none`: `ldap://` stays in the clear."),
    with_default(ldap_key<&LdapServerSettings::ca>(
                     "ldap.ca", of_kind(Type::Kind::path),
                     "PEM file with the authorities that may have signed its certificate."),
                 "those of the system"),
    ldap_key<&LdapServerSettings::bind_dn>(
        "ldap.bind_dn", of_kind(Type::Kind::text),
        "As whom the directory is searched; without it, as nobody."),
    ldap_key<&LdapServerSettings::bind_password>(
        "ldap.bind_password", of_kind(Type::Kind::secret),
        "The password for it: where it is, never what it is."),
    ldap_key<&LdapServerSettings::referrals>(
        "ldap.referrals", of_kind(Type::Kind::flag),
        "Whether Signet goes where the directory sends it, with what it was asked."),
    people_key<&LdapPeopleSettings::base>("ldap.base", of_kind(Type::Kind::text),
                                          "Below which entry people are looked for."),
    people_key<&LdapPeopleSettings::scope>(
        "ldap.scope", choice(kLdapScopes),
        "How far below: `sub`, at any depth; `one`, right below; `base`, the entry itself."),
    people_key<&LdapPeopleSettings::filter>(
        "ldap.filter", of_kind(Type::Kind::text),
        "What finds the entry of a login: `{login}` is what the client presented, in lower case, "
        "`{user}` and `{domain}` its parts. Two entries are nobody."),
    with_default(people_key<&LdapPeopleSettings::account>(
                     "ldap.account", of_kind(Type::Kind::text),
                     "The attribute with the name that the account has in logs and limits."),
                 "the login itself"),
    people_key<&LdapPeopleSettings::addresses>(
        "ldap.addresses", of_kind(Type::Kind::attributes),
        "The attributes with the addresses that the account may send as; of `proxyAddresses` those "
        "of kind `smtp:`."),
    people_key<&LdapPeopleSettings::mode>(
        "ldap.mode", choice(kLdapModes),
        "How a password is proven: `bind`, by signing in with it; `compare`, by having the "
        "directory compare it with an attribute."),
    people_key<&LdapPeopleSettings::password>("ldap.password", of_kind(Type::Kind::text),
                                              "The attribute that `compare` means."),
    rights_key<&LdapRightsSettings::disabled>(
        "ldap.disabled", of_kind(Type::Kind::text),
        "A filter that fits the entry of somebody who is locked out; `{dn}` is the entry."),
    with_default(
        rights_key<&LdapRightsSettings::group_base>("ldap.group_base", of_kind(Type::Kind::text),
                                                    "Below which entry groups are looked for."),
        "`ldap.base`"),
    with_default(rights_key<&LdapRightsSettings::group_filter>(
                     "ldap.group_filter", of_kind(Type::Kind::text),
                     "A filter that finds a group for everybody who may send, for example "
                     "`(&(cn=mail-senders)(member={dn}))`."),
                 "everybody may"),
    with_default(rights_key<&LdapRightsSettings::groups>(
                     "ldap.groups", of_kind(Type::Kind::texts),
                     "Signet's groups by the directory's: `staff=cn=staff,ou=groups,dc=example,"
                     "dc=com` puts everybody of that entry into `staff`."),
                 "none"),
    rights_key<&LdapRightsSettings::member_of>(
        "ldap.member_of", of_kind(Type::Kind::text),
        "The attribute of a person that names his groups for `ldap.groups`."),
    with_default(rights_key<&LdapRightsSettings::groups_filter>(
                     "ldap.groups_filter", of_kind(Type::Kind::text),
                     "A filter that finds the groups of a person below `ldap.group_base`, where no "
                     "attribute names them: `(member={dn})`."),
                 "`ldap.member_of` is read")};

}  // namespace signet::settings
