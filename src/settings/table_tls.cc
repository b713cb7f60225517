#include "settings/described.h"

namespace signet::settings {
namespace {

using namespace std::chrono_literals;
constexpr std::string_view kVersions[] = {"1.2", "1.3"};

constexpr Key kKeys[] = {
    key<&TlsSettings::certificate>(
        "certificate", of_kind(Type::Kind::path),
        "PEM file with the certificate chain, the server's own certificate first."),
    key<&TlsSettings::key>("key", of_kind(Type::Kind::path),
                           "PEM file with the private key of the certificate; nobody but the "
                           "server should be able to read it."),
    key<&TlsSettings::min>("min", choice(kVersions),
                           "The oldest version of TLS that a client may use."),
    with_default(
        key<&TlsSettings::ciphers>("ciphers", of_kind(Type::Kind::text),
                                   "The ciphers of TLS 1.2, by OpenSSL's names, the best first."),
        "ECDHE with AES-GCM or ChaCha20-Poly1305"),
    key<&TlsSettings::ticket_key_life>(
        "ticket_key_life", duration(1min, 24h),
        "How long a key for session tickets is used before the next one takes over.")};

}  // namespace

constinit const Section section_tls{
    .name = "tls",
    .description = "The certificate that every listener shows, and what it asks of clients.",
    .keys = kKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.tls; },
    .example =
        "[tls]\ncertificate = \"/etc/signet/tls/chain.pem\"\n"
        "key         = \"/etc/signet/tls/key.pem\"\n"};

}  // namespace signet::settings
