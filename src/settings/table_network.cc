#include "settings/described.h"

namespace signet::settings {
namespace {

constexpr Key kNetworkKeys[] = {
    required(key<&NetworkSettings::name>(
        "name", of_kind(Type::Kind::name),
        "What logs and audit events call it; its mail counts as sent by this name.")),
    required(key<&NetworkSettings::from>("from", of_kind(Type::Kind::networks),
                                         "The addresses that are trusted without a sign-in.")),
    with_default(key<&NetworkSettings::listeners>("listeners", of_kind(Type::Kind::names),
                                                  "The names of the listeners where it counts."),
                 "every listener of role `mx`"),
    required(key<&NetworkSettings::send_as>("send_as", of_kind(Type::Kind::mailboxes),
                                            "The addresses it may send as.")),
    key<&NetworkSettings::recipients>("recipients", of_kind(Type::Kind::domains),
                                      "The domains it may send to."),
    key<&NetworkSettings::messages>("messages", of_kind(Type::Kind::rate),
                                    "How many messages all of it may send, then 450.")};

constexpr Key kDomainKeys[] = {
    required(key<&DomainSettings::name>("name", of_kind(Type::Kind::host),
                                        "The domain, for example `example.com`.")),
    key<&DomainSettings::recipients>(
        "recipients", of_kind(Type::Kind::local_parts),
        "Recipients that are taken besides postmaster and the addresses of accounts; `*` takes "
        "all of them, so that unknown ones are refused by whoever comes next, if at all.")};

}  // namespace

constinit const Section section_network{
    .name = "network",
    .repeated = true,
    .description =
        "A trusted network: whoever connects from it is signed in under its name, without a "
        "password, and may do what stands here and no more. For devices that cannot sign in.",
    .keys = kNetworkKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.networks.emplace_back(); },
    .example =
        "[[network]]\nname       = \"printers\"\nfrom       = [\"192.168.20.0/24\"]\n"
        "listeners  = [\"submissions\"]\n"
        "send_as    = [\"scanner@example.com\"]\nrecipients = [\"example.com\"]\n"
        "messages   = \"100/1h\"\n",
    .item = [](const Snapshot& snapshot,
               std::size_t index) { return item_of(snapshot.networks, index); }};

constinit const Section section_domain{
    .name = "domain",
    .repeated = true,
    .description =
        "A domain of ours: listeners of role `mx` take mail for its recipients from anyone. A "
        "route says where that mail goes.",
    .keys = kDomainKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.domains.emplace_back(); },
    .example = "[[domain]]\nname       = \"example.com\"\nrecipients = [\"info\", \"sales\"]\n",
    .item = [](const Snapshot& snapshot,
               std::size_t index) { return item_of(snapshot.domains, index); }};

}  // namespace signet::settings
