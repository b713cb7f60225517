#include "settings/described.h"

namespace signet::settings {
namespace {

constexpr std::string_view kDnssec[] = {"validate", "off"};

constexpr Key kKeys[] = {
    with_default(
        key<&DnsSettings::servers>(
            "servers", of_kind(Type::Kind::addresses),
            "The resolvers that are asked, such as `\"127.0.0.1:53\"`; all of them must know "
            "the same names."),
        "those of /etc/resolv.conf"),
    key<&DnsSettings::dnssec>(
        "dnssec", choice(kDnssec),
        "`validate`: signatures are checked here, and what fails the check delays the mail; `off`: "
        "answers are taken as they come."),
    with_default(
        key<&DnsSettings::trust_anchor>(
            "trust_anchor", of_kind(Type::Kind::path),
            "File with the DS or DNSKEY records from which the chain of signatures starts."),
        "/usr/share/dns/root.key, of Debian's package dns-root-data")};

}  // namespace

constinit const Section section_dns{
    .name = "dns",
    .description = "How names are looked up for routes with `mx`.",
    .keys = kKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.dns; },
    .example = "[dns]\nservers = [\"127.0.0.1:53\"]\n"};

}  // namespace signet::settings
