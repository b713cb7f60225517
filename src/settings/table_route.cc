#include "settings/described.h"

namespace signet::settings {
namespace {

constexpr std::string_view kTls[] = {"verified", "opportunistic", "none"};

constexpr std::string_view kMxTls[] = {"opportunistic", "none"};

// A part of a route that comes into being with its first key.
template <auto Part>
auto& part_of(void* record) {
    auto& part = static_cast<RouteSettings*>(record)->*Part;
    return part ? *part : part.emplace();
}
template <auto Part>
const auto& part_of(const void* record) {
    using Value = typename decltype(field_of(Part))::value_type;
    static const Value none;
    const auto& part = static_cast<const RouteSettings*>(record)->*Part;
    return part ? *part : none;
}

// As key<>, for a field of such a part.
template <auto Part, auto Member>
constexpr Key part_key(std::string_view name, Type type, std::string_view description) {
    using Field = decltype(field_of(Member));
    return {.name = name,
            .type = type,
            .description = description,
            .set =
                [](void* record, Value value) {
                    part_of<Part>(record).*Member = field_from<Field>(std::move(value));
                },
            .get = [](const void* record) -> Value {
                return value_from(part_of<Part>(record).*Member);
            }};
}

SmartHostSettings& smart_host(void* record) { return part_of<&RouteSettings::smart_host>(record); }
const SmartHostSettings& smart_host(const void* record) {
    return part_of<&RouteSettings::smart_host>(record);
}
template <auto Member>
constexpr Key host_key(std::string_view name, Type type, std::string_view description) {
    return part_key<&RouteSettings::smart_host, Member>(name, type, description);
}
template <auto Member>
constexpr Key mx_key(std::string_view name, Type type, std::string_view description) {
    return part_key<&RouteSettings::mx, Member>(name, type, description);
}

constexpr std::uint16_t kSubmissions = 465;  // RFC 8314: inside TLS from the first octet

// implicit_tls follows the port, unless it is written itself (behind `host` in the table, so it is
// read later: see the reader).
constexpr Key kHost{
    .name = "host",
    .type = of_kind(Type::Kind::host_port),
    .description =
        "The smart host that takes the mail of this route, with its port; without one, "
        "587.",
    .set =
        [](void* record, Value value) {
            auto address = std::get<Address>(std::move(value));
            auto& host = smart_host(record);
            host.implicit_tls = address.port == kSubmissions;
            host.host = std::move(address.ip);
            host.port = address.port;
        },
    .get = [](const void* record) -> Value {
        return Address{smart_host(record).host, smart_host(record).port};
    }};

constexpr Key kKeys[] = {
    required(key<&RouteSettings::name>("name", of_kind(Type::Kind::name),
                                       "What logs and audit events call this route.")),
    required(key<&RouteSettings::match>(
        "match", of_kind(Type::Kind::domains),
        "The recipients' domains it serves: `example.com`, `*.example.com` for those below it, or "
        "`*` for all.")),
    with_default(key<&RouteSettings::senders>(
                     "senders", of_kind(Type::Kind::senders),
                     "The envelope senders it serves; `<>` is the null sender of reports."),
                 "any"),
    with_default(
        key<&RouteSettings::accounts>(
            "accounts", of_kind(Type::Kind::accounts),
            "The accounts and trusted networks it serves, by name; mail from strangers and "
            "reports have none, and fit no pattern."),
        "anybody"),
    with_default(kHost, "none"),
    with_default(host_key<&SmartHostSettings::implicit_tls>(
                     "implicit_tls", of_kind(Type::Kind::flag),
                     "Whether TLS starts with the first octet instead of by STARTTLS."),
                 "`true` for port 465, else `false`"),
    host_key<&SmartHostSettings::tls>(
        "tls", choice(kTls),
        "`verified`: TLS, and the certificate must carry the host's name; `opportunistic`: TLS "
        "when it is offered, unverified; `none`: in the clear."),
    with_default(host_key<&SmartHostSettings::ca>(
                     "ca", of_kind(Type::Kind::path),
                     "PEM file with the authorities that may have signed the host's certificate."),
                 "those of the system"),
    host_key<&SmartHostSettings::user>("auth.user", of_kind(Type::Kind::text),
                                       "The name to sign in with at the smart host."),
    host_key<&SmartHostSettings::password>("auth.password", of_kind(Type::Kind::secret),
                                           "The password for it: where it is, never what it is."),
    key<&RouteSettings::maildir>(
        "maildir", of_kind(Type::Kind::path),
        "Delivers into a Maildir here instead of to a smart host; `{account}`, `{domain}` and "
        "`{local}` are filled in."),
    mx_key<&MxSettings::tls>(
        "mx.tls", choice(kMxTls),
        "Delivers to the mail exchangers of each recipient's domain, as DNS names them; "
        "`opportunistic`: TLS when it is offered, unverified; `none`: in the clear."),
    mx_key<&MxSettings::port>("mx.port", count(1, 65'535),
                              "The port of those mail exchangers; the internet knows 25 alone."),
    mx_key<&MxSettings::private_addresses>(
        "mx.private_addresses", of_kind(Type::Kind::flag),
        "Whether mail exchangers may be at addresses of this machine or of networks behind the "
        "firewall, where any owner of a domain could then send our mail.")};

}  // namespace

constinit const Section section_route{
    .name = "route",
    .repeated = true,
    .description =
        "Where accepted mail goes. Routes are tried in the order of the file, and the "
        "first that fits a recipient takes it: its domain, the sender and the account must all "
        "fit. Each has one of `host`, `maildir` and "
        "`mx`.",
    .keys = kKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.routes.emplace_back(); },
    .example =
        "[[route]]\nname  = \"partner\"\nmatch = \"example.net\"\n"
        "mx    = { tls = \"opportunistic\" }\n\n"
        "[[route]]\nname  = \"upstream\"\nmatch = \"*\"\n"
        "host  = \"smtp.provider.example:465\"\n"
        "auth  = { user = \"apikey\", password = { credential = \"upstream\" } }\n",
    .item = [](const Snapshot& snapshot,
               std::size_t index) { return item_of(snapshot.routes, index); }};

}  // namespace signet::settings
