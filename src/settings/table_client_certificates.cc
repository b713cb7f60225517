#include "settings/described.h"

namespace signet::settings {
namespace {

constexpr std::string_view kNames[] = {"email", "dns", "principal", "uri"};
std::span<const std::string_view> names_of_accounts() { return kNames; }

constexpr Key kKeys[] = {
    with_default(
        key<&ClientCertificateSettings::ca>(
            "ca", of_kind(Type::Kind::path),
            "PEM file with the authorities whose certificates sign in. Use one that makes them for "
            "nothing else."),
        "none: only certificates that an account has as a credential"),
    with_default(key<&ClientCertificateSettings::revoked>(
                     "revoked", of_kind(Type::Kind::path),
                     "PEM file with the revocation lists of these authorities; each of them needs "
                     "one that is in force."),
                 "none is asked"),
    key<&ClientCertificateSettings::account>(
        "account", choices(names_of_accounts),
        "What of a certificate's subject alternative names is the name of its account: addresses, "
        "DNS names, user principal names, URIs; in the order in which they are tried."),
    with_default(
        key<&ClientCertificateSettings::strip_domain>(
            "strip_domain", of_kind(Type::Kind::host),
            "Takes `@` and this domain off that name; names in other domains are refused."),
        "none"),
    with_default(key<&ClientCertificateSettings::append_domain>(
                     "append_domain", of_kind(Type::Kind::host),
                     "Puts `@` and this domain behind that name."),
                 "none")};

}  // namespace

constinit const Section section_client_certificates{
    .name = "client_certificates",
    .description =
        "Which certificates of TLS clients sign in, by EXTERNAL. Clients are asked for one where "
        "`EXTERNAL` is among the mechanisms, and need not have one.",
    .keys = kKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.client_certificates; },
    .example =
        "[client_certificates]\nca      = \"/etc/signet/clients-ca.pem\"\n"
        "account = [\"email\"]\n"};

}  // namespace signet::settings
