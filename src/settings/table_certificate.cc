#include "settings/described.h"

namespace signet::settings {
namespace {

constexpr Key kKeys[] = {
    required(key<&CertificateSettings::certificate>(
        "certificate", of_kind(Type::Kind::path),
        "PEM file with the certificate chain, the server's own certificate first.")),
    required(key<&CertificateSettings::key>("key", of_kind(Type::Kind::path),
                                            "PEM file with the private key of the certificate."))};

}  // namespace

constinit const Section section_certificate{
    .name = "certificate",
    .repeated = true,
    .description =
        "A further certificate. A client that asks for one of its names (SNI) sees it; one with "
        "the same names and another kind of key (ECDSA beside RSA) stands in for clients that "
        "cannot use the other.",
    .keys = kKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.certificates.emplace_back(); },
    .example =
        "[[certificate]]\ncertificate = \"/etc/signet/tls/example.org.pem\"\n"
        "key         = \"/etc/signet/tls/example.org-key.pem\"\n",
    .item = [](const Snapshot& snapshot,
               std::size_t index) { return item_of(snapshot.certificates, index); }};

}  // namespace signet::settings
