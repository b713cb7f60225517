#include "settings/described.h"

namespace signet::settings {
namespace {

constexpr std::string_view kRoles[] = {"submission", "submissions"};

constexpr Key kKeys[] = {
    required(key<&ListenerSettings::name>(
        "name", of_kind(Type::Kind::name),
        "What logs and audit events call this listener; each has its own.")),
    required(key<&ListenerSettings::role>(
        "role", choice(kRoles),
        "What clients find there: `submission` is port 587, where STARTTLS comes before AUTH and "
        "MAIL; `submissions` is port 465, inside TLS from the first octet.")),
    required(key<&ListenerSettings::bind>(
        "bind", of_kind(Type::Kind::addresses),
        "The addresses and ports to listen on; `0.0.0.0` is every IPv4 address of this machine, "
        "`[::]` every IPv6 address."))};

}  // namespace

constinit const Section section_listener{
    .name = "listener",
    .repeated = true,
    .description =
        "Where clients connect. TLS and sign-in follow from the role: there is no "
        "setting that lets a password or a message travel in the clear.",
    .keys = kKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.listeners.emplace_back(); },
    .example =
        "[[listener]]\nname = \"submissions\"\nrole = \"submissions\"\n"
        "bind = [\"0.0.0.0:465\", \"[::]:465\"]\n"};

}  // namespace signet::settings
