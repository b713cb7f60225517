// The keys of a [[store]] of kind passwd-file.
#pragma once

#include "settings/described.h"

#include <array>

namespace signet::settings {

inline constexpr std::string_view kSchemesWithoutName[] = {
    "CRYPT",  "ARGON2ID", "ARGON2I", "PBKDF2",    "SSHA512", "SSHA256",  "SHA512",
    "SHA256", "SSHA",     "SHA",     "PLAIN-MD5", "SMD5",    "LDAP-MD5", "PLAIN"};

inline constexpr std::array kFileStoreKeys{
    inner_key<&StoreSettings::file, &PasswdFileSettings::path>(
        "file.path", of_kind(Type::Kind::path),
        "The file: a line for each account, `name:{SCHEME}hash`, as htpasswd and Dovecot write "
        "them. It is read anew when it changes."),
    inner_key<&StoreSettings::file, &PasswdFileSettings::default_scheme>(
        "file.default_scheme", choice(kSchemesWithoutName),
        "How a password is kept that does not say it; `CRYPT` is every form that begins with "
        "`$`."),
    inner_key<&StoreSettings::file, &PasswdFileSettings::weak_schemes>(
        "file.weak_schemes", of_kind(Type::Kind::flag),
        "Whether passwords are taken that are kept in a form that is broken in hours: MD5-CRYPT, "
        "DES-CRYPT, SHA, SSHA, SMD5, PLAIN-MD5, LDAP-MD5."),
    inner_key<&StoreSettings::file, &PasswdFileSettings::plain_passwords>(
        "file.plain_passwords", of_kind(Type::Kind::flag),
        "Whether passwords are taken that stand in the file as they are (`{PLAIN}`).")};

}  // namespace signet::settings
