#include "settings/described.h"

namespace signet::settings {
namespace {

constexpr std::string_view kRoles[] = {"submission", "submissions", "mx"};
constexpr std::string_view kVersions[] = {"1.2", "1.3"};
constexpr std::string_view kNewlines[] = {"reject", "normalize"};

// The role says whether AUTH is offered, unless `auth` is written itself: `auth` stands behind
// `role` in the table, so it is read later.
constexpr Key kRole{
    .name = "role",
    .type = choice(kRoles),
    .description =
        "What clients find there: `submission` is port 587, where STARTTLS comes before AUTH and "
        "MAIL; `submissions` is port 465, inside TLS from the first octet; `mx` is port 25, where "
        "other servers bring mail for the domains of ours.",
    .set =
        [](void* record, Value value) {
            auto& listener = *static_cast<ListenerSettings*>(record);
            listener.role = std::get<std::string>(std::move(value));
            listener.auth = listener.role != "mx";
        },
    .get = [](const void* record) -> Value {
        return static_cast<const ListenerSettings*>(record)->role;
    },
    .required = true};

constexpr Key kKeys[] = {
    required(key<&ListenerSettings::name>(
        "name", of_kind(Type::Kind::name),
        "What logs and audit events call this listener; each has its own.")),
    kRole,
    required(key<&ListenerSettings::bind>(
        "bind", of_kind(Type::Kind::addresses),
        "The addresses and ports to listen on; `0.0.0.0` is every IPv4 address of this machine, "
        "`[::]` every IPv6 address.")),
    with_default(key<&ListenerSettings::auth>("auth", of_kind(Type::Kind::flag),
                                              "Whether clients can sign in there."),
                 "`true`; with role `mx` `false`"),
    with_default(key<&ListenerSettings::tls_min>("tls.min", choice(kVersions),
                                                 "The oldest version of TLS there."),
                 "as `tls.min`"),
    with_default(
        key<&ListenerSettings::tls_ciphers>("tls.ciphers", of_kind(Type::Kind::text),
                                            "The ciphers of TLS 1.2 there, by OpenSSL's names."),
        "as `tls.ciphers`"),
    key<&ListenerSettings::bare_newline>(
        "bare_newline", choice(kNewlines),
        "What a message with line feeds that no carriage return precedes gets: `reject`, as RFC "
        "5321 asks; `normalize` takes each for the end of a line, but never for the end of the "
        "message."),
    key<&ListenerSettings::proxies>(
        "proxy_protocol.trust", of_kind(Type::Kind::networks),
        "Proxies whose connections begin with a PROXY header (version 1 or 2), which names the "
        "real client; from everybody else such a header is refused.")};

}  // namespace

constinit const Section section_listener{
    .name = "listener",
    .repeated = true,
    .description =
        "Where clients connect. TLS and sign-in follow from the role: no setting lets a "
        "password travel in the clear, or a message of somebody who signs in.",
    .keys = kKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.listeners.emplace_back(); },
    .example =
        "[[listener]]\nname = \"submissions\"\nrole = \"submissions\"\n"
        "bind = [\"0.0.0.0:465\", \"[::]:465\"]\n",
    .item = [](const Snapshot& snapshot,
               std::size_t index) { return item_of(snapshot.listeners, index); }};

}  // namespace signet::settings
