#include "sasl/client.h"
#include "settings/described.h"

namespace signet::settings {
namespace {

constexpr std::string_view kTls[] = {"verified", "opportunistic", "none"};

constexpr std::string_view kGrants[] = {"client_credentials", "refresh_token"};

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
constexpr Key oauth_key(std::string_view name, Type type, std::string_view description) {
    using Field = decltype(field_of(Member));
    return {.name = name,
            .type = type,
            .description = description,
            .set =
                [](void* record, Value value) {
                    auto& oauth = smart_host(record).oauth;
                    if (!oauth) oauth.emplace();
                    (*oauth).*Member = field_from<Field>(std::move(value));
                },
            .get = [](const void* record) -> Value {
                static const OauthSettings none;
                const auto& oauth = smart_host(record).oauth;
                return value_from((oauth ? *oauth : none).*Member);
            }};
}
template <auto Member>
constexpr Key mx_key(std::string_view name, Type type, std::string_view description) {
    return part_key<&RouteSettings::mx, Member>(name, type, description);
}

constexpr std::uint16_t kSubmissions = 465;  // RFC 8314: inside TLS from the first octet

// implicit_tls follows each port, unless it is written itself, for all (behind `host` in the table,
// so it is read later: see the reader).
constexpr Key kHost{
    .name = "host",
    .type = of_kind(Type::Kind::host_ports),
    .description =
        "The smart host that takes the mail of this route, with its port; without one, 587. Of "
        "several, each is tried when those before it take nothing.",
    .set =
        [](void* record, Value value) {
            auto& hosts = smart_host(record).hosts;
            for (auto& address : std::get<std::vector<Address>>(value)) {
                const bool implicit_tls = address.port == kSubmissions;
                hosts.push_back({std::move(address.ip), address.port, implicit_tls});
            }
        },
    .get = [](const void* record) -> Value {
        std::vector<Address> addresses;
        for (const auto& one : smart_host(record).hosts) addresses.push_back({one.host, one.port});
        return addresses;
    }};

constexpr Key kImplicitTls{
    .name = "implicit_tls",
    .type = of_kind(Type::Kind::flag),
    .description = "Whether TLS starts with the first octet instead of by STARTTLS.",
    .set =
        [](void* record, Value value) {
            for (auto& one : smart_host(record).hosts) one.implicit_tls = std::get<bool>(value);
        },
    .get = [](const void* record) -> Value {
        const auto& hosts = smart_host(record).hosts;
        return !hosts.empty() && hosts.front().implicit_tls;
    }};

template <auto Member>
constexpr Key outbound_key(std::string_view name, Type type, std::string_view description) {
    return inner_key<&RouteSettings::outbound, Member>(name, type, description);
}
template <auto Member>
constexpr Key pace_key(std::string_view name, Type type, std::string_view description) {
    return inner_key<&RouteSettings::pace, Member>(name, type, description);
}

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
    with_default(kImplicitTls, "`true` for port 465, else `false`"),
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
    with_default(host_key<&SmartHostSettings::mechanisms>(
                     "auth.mechanisms", choices(sasl::client_mechanism_names),
                     "The SASL mechanisms that may be used for it; the strongest that the smart "
                     "host offers, too, is taken."),
                 "all"),
    oauth_key<&OauthSettings::grant>(
        "auth.oauth.grant", choice(kGrants),
        "How access tokens are got, which stand for the password: `client_credentials`, this "
        "server "
        "by itself; `refresh_token`, for a person who agrees once, by `signet route login`."),
    oauth_key<&OauthSettings::token_url>("auth.oauth.token_url", of_kind(Type::Kind::https_url),
                                         "The token endpoint of the provider."),
    oauth_key<&OauthSettings::device_url>(
        "auth.oauth.device_url", of_kind(Type::Kind::https_url),
        "Its device authorization endpoint, where `signet route login` begins."),
    oauth_key<&OauthSettings::client_id>("auth.oauth.client_id", of_kind(Type::Kind::text),
                                         "What the provider calls this server."),
    oauth_key<&OauthSettings::client_secret>(
        "auth.oauth.client_secret", of_kind(Type::Kind::secret),
        "The secret for it: where it is, never what it is; a public client has none."),
    oauth_key<&OauthSettings::client_certificate>(
        "auth.oauth.client_certificate", of_kind(Type::Kind::path),
        "PEM file with the certificate that the provider knows it by, instead of a secret."),
    oauth_key<&OauthSettings::client_key>(
        "auth.oauth.client_key", of_kind(Type::Kind::path),
        "PEM file with its private key, RSA or P-256, which signs each request for a token."),
    with_default(oauth_key<&OauthSettings::scope>(
                     "auth.oauth.scope", of_kind(Type::Kind::text),
                     "What the tokens are for, in the provider's words, with blanks between."),
                 "what the provider takes for it"),
    with_default(
        oauth_key<&OauthSettings::secret_expires>(
            "auth.oauth.secret_expires", of_kind(Type::Kind::date),
            "When the secret ends; the log and the metrics warn of it from thirty days before."),
        "no warning"),
    with_default(oauth_key<&OauthSettings::ca>(
                     "auth.oauth.ca", of_kind(Type::Kind::path),
                     "PEM file with the authorities that may have signed the certificates of its "
                     "endpoints."),
                 "those of the system"),
    oauth_key<&OauthSettings::private_addresses>(
        "auth.oauth.private_addresses", of_kind(Type::Kind::flag),
        "Whether the endpoints may be at addresses of this machine or of networks behind the "
        "firewall."),
    key<&RouteSettings::maildir>(
        "maildir", of_kind(Type::Kind::path),
        "Delivers into a Maildir here instead of to a smart host; `{account}`, `{domain}` and "
        "`{local}` are filled in."),
    key<&RouteSettings::lmtp>(
        "lmtp", of_kind(Type::Kind::lmtp_hosts),
        "Delivers by LMTP, in the clear, to the Unix socket or the server that is named here; "
        "without a port, 24. Of several, each is tried when those before it take nothing."),
    key<&RouteSettings::discard>("discard", of_kind(Type::Kind::flag),
                                 "Drops the mail of this route, as if it were delivered."),
    mx_key<&MxSettings::tls>(
        "mx.tls", choice(kMxTls),
        "Delivers to the mail exchangers of each recipient's domain, as DNS names them; "
        "`opportunistic`: TLS when it is offered, unverified; `none`: in the clear."),
    mx_key<&MxSettings::port>("mx.port", count(1, 65'535),
                              "The port of those mail exchangers; the internet knows 25 alone."),
    mx_key<&MxSettings::private_addresses>(
        "mx.private_addresses", of_kind(Type::Kind::flag),
        "Whether mail exchangers may be at addresses of this machine or of networks behind the "
        "firewall, where any owner of a domain could then send our mail."),
    with_default(outbound_key<&OutboundSettings::source>(
                     "source", of_kind(Type::Kind::ips),
                     "The address of this machine that connections come from; next hops of a "
                     "family without one are not tried."),
                 "as the system chooses"),
    with_default(outbound_key<&OutboundSettings::ehlo>(
                     "ehlo", of_kind(Type::Kind::host),
                     "What this server calls itself in EHLO; it should have that address."),
                 "`hostname`"),
    outbound_key<&OutboundSettings::certificate>(
        "client_certificate", of_kind(Type::Kind::path),
        "PEM file with the certificate, and its chain, that next hops are shown if they ask."),
    outbound_key<&OutboundSettings::key>("client_key", of_kind(Type::Kind::path),
                                         "PEM file with its private key."),
    with_default(
        pace_key<&PaceSettings::connections>(
            "connections", count(0, 1'000),
            "How many connections it has at the same time, with those that wait a moment for the "
            "next message; 0 is no limit but `queue.delivery_concurrency`."),
        "0"),
    pace_key<&PaceSettings::messages>(
        "messages", of_kind(Type::Kind::rate),
        "How many messages it carries, for example \"30/1m\"; what is more waits in the queue, and "
        "that counts as no try.")};

}  // namespace

constinit const Section section_route{
    .name = "route",
    .repeated = true,
    .description =
        "Where accepted mail goes. Routes are tried in the order of the file, and the "
        "first that fits a recipient takes it: its domain, the sender and the account must all "
        "fit. Each has one of `host`, `lmtp`, `maildir`, `mx` and `discard`.",
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
