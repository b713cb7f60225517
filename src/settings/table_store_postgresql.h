// The keys of a [[store]] of kind postgresql.
#pragma once

#include "settings/described.h"
#include "settings/table_store_file.h"

#include <array>

namespace signet::settings {

inline constexpr std::string_view kPostgresTls[] = {"verified", "none"};
inline constexpr std::string_view kPostgresSessions[] = {"any",     "read-write", "read-only",
                                                         "primary", "standby",    "prefer-standby"};

template <auto Member>
constexpr Key postgres_key(std::string_view name, Type type, std::string_view description) {
    return inner_key<&StoreSettings::postgres, Member>(name, type, description);
}

inline constexpr std::array kPostgresStoreKeys{
    postgres_key<&PostgresServerSettings::hosts>(
        "postgresql.hosts", of_kind(Type::Kind::db_hosts),
        "The database servers, or the directory of a Unix socket; each is tried when those before "
        "it do not answer, or are not as `session` says."),
    postgres_key<&PostgresServerSettings::database>("postgresql.database",
                                                    of_kind(Type::Kind::text), "The database."),
    postgres_key<&PostgresServerSettings::user>("postgresql.user", of_kind(Type::Kind::text),
                                                "As whom Signet signs in to it."),
    postgres_key<&PostgresServerSettings::password>(
        "postgresql.password", of_kind(Type::Kind::secret),
        "The password for it: where it is, never what it is."),
    postgres_key<&PostgresServerSettings::tls>(
        "postgresql.tls", choice(kPostgresTls),
        "`verified`: inside TLS, and the certificate must carry the server's name, but for Unix "
        "sockets; `none`: in the clear, and whoever listens there is taken for the server."),
    with_default(postgres_key<&PostgresServerSettings::ca>(
                     "postgresql.ca", of_kind(Type::Kind::path),
                     "PEM file with the authorities that may have signed its certificate."),
                 "those of the system"),
    with_default(postgres_key<&PostgresServerSettings::certificate>(
                     "postgresql.client_certificate", of_kind(Type::Kind::path),
                     "PEM file with the certificate that Signet shows to it."),
                 "nothing is shown"),
    with_default(postgres_key<&PostgresServerSettings::key>("postgresql.client_key",
                                                            of_kind(Type::Kind::path),
                                                            "PEM file with the key of that "
                                                            "certificate."),
                 "that of the certificate's file"),
    postgres_key<&PostgresServerSettings::session>(
        "postgresql.session", choice(kPostgresSessions),
        "Which of the servers will do, in libpq's words (`target_session_attrs`)."),
    with_default(postgres_key<&PostgresPeopleSettings::query>(
                     "postgresql.query", of_kind(Type::Kind::lines),
                     "A SELECT that finds the account of a login: `$1` is what the client "
                     "presented, in lower case, `$2` and `$3` its parts before and behind the "
                     "`@`. The names of its columns say what they mean; two rows are nobody."),
                 "Signet's own tables are asked"),
    with_default(postgres_key<&PostgresPeopleSettings::channel>(
                     "postgresql.channel", of_kind(Type::Kind::name),
                     "A channel of NOTIFY on which the database says that accounts have changed: "
                     "sessions whose account did then end. Own tables have theirs."),
                 "a change counts from the next sign-in on"),
    postgres_key<&PostgresPeopleSettings::default_scheme>(
        "postgresql.default_scheme", choice(kSchemesWithoutName),
        "How a password is kept that does not say it; `CRYPT` is every form that begins with "
        "`$`."),
    postgres_key<&PostgresPeopleSettings::weak_schemes>(
        "postgresql.weak_schemes", of_kind(Type::Kind::flag),
        "Whether passwords are taken that are kept in a form that is broken in hours: MD5-CRYPT, "
        "DES-CRYPT, SHA, SSHA, SMD5, PLAIN-MD5, LDAP-MD5."),
    postgres_key<&PostgresPeopleSettings::plain_passwords>(
        "postgresql.plain_passwords", of_kind(Type::Kind::flag),
        "Whether passwords are taken that stand in the table as they are (`{PLAIN}`).")};

}  // namespace signet::settings
