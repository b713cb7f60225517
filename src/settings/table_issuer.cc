#include "crypto/public_key.h"
#include "settings/described.h"

namespace signet::settings {
namespace {

constexpr std::string_view kWhen[] = {"opaque", "always"};

std::span<const std::string_view> algorithm_names() {
    static const auto names = [] {
        std::vector<std::string_view> all;
        all.reserve(crypto::kSignatureAlgorithms.size());
        for (const auto algorithm : crypto::kSignatureAlgorithms) all.push_back(name(algorithm));
        return all;
    }();
    return names;
}

template <auto Member>
constexpr Key account_key(std::string_view name, Type type, std::string_view description) {
    return inner_key<&IssuerSettings::account, Member>(name, type, description);
}
template <auto Member>
constexpr Key keys_key(std::string_view name, Type type, std::string_view description) {
    return inner_key<&IssuerSettings::keys, Member>(name, type, description);
}
template <auto Member>
constexpr Key reach_key(std::string_view name, Type type, std::string_view description) {
    return inner_key<&IssuerSettings::reach, Member>(name, type, description);
}
template <auto Member>
constexpr Key asked_key(std::string_view name, Type type, std::string_view description) {
    return inner_key<&IssuerSettings::introspection, Member>(name, type, description);
}

using namespace std::chrono_literals;

constexpr Key kKeys[] = {
    required(key<&IssuerSettings::name>("name", of_kind(Type::Kind::name),
                                        "What logs, metrics and audit events call it.")),
    required(key<&IssuerSettings::url>(
        "url", of_kind(Type::Kind::text),
        "Its identifier, to the letter as its tokens have it (`iss`): an https URL, below which "
        "its metadata is.")),
    required(key<&IssuerSettings::audience>(
        "audience", of_kind(Type::Kind::texts),
        "Whom a token must be for (`aud`): what the issuer calls this server. Of several, one is "
        "enough.")),
    key<&IssuerSettings::algorithms>(
        "algorithms", choices(algorithm_names),
        "The algorithms that it may sign with; `none` and symmetric ones are never taken."),
    with_default(key<&IssuerSettings::required_scope>(
                     "required_scope", of_kind(Type::Kind::texts),
                     "What a token must be allowed (`scope`, `scp`); all of it."),
                 "nothing"),
    with_default(key<&IssuerSettings::clients>(
                     "clients", of_kind(Type::Kind::texts),
                     "The programs that tokens may have been made for (`client_id`, `azp`)."),
                 "any"),
    account_key<&TokenAccountSettings::claim>(
        "account_claim", of_kind(Type::Kind::text),
        "What of a token names the account: `sub`, `preferred_username`, `upn`, `email` … It must "
        "be something that people cannot choose for themselves."),
    with_default(
        account_key<&TokenAccountSettings::strip_domain>(
            "strip_domain", of_kind(Type::Kind::host),
            "Takes `@` and this domain off that name; names in other domains are refused."),
        "none"),
    with_default(account_key<&TokenAccountSettings::append_domain>(
                     "append_domain", of_kind(Type::Kind::host),
                     "Puts `@` and this domain behind that name."),
                 "none"),
    key<&IssuerSettings::plain_jwt>(
        "plain_jwt", of_kind(Type::Kind::flag),
        "Whether tokens are taken whose type is not `at+jwt` (RFC 9068); Entra ID and Google make "
        "such."),
    key<&IssuerSettings::clock_skew>(
        "clock_skew", duration(0ms, 5min),
        "How far its clock and ours may differ where times of a token are judged."),
    with_default(keys_key<&IssuerKeySettings::url>(
                     "jwks_url", of_kind(Type::Kind::text),
                     "Where its keys are (RFC 7517); then its metadata is not read for them."),
                 "as its metadata says"),
    keys_key<&IssuerKeySettings::refresh>("keys_refresh", duration(1min, 24h),
                                          "How often its keys are fetched."),
    keys_key<&IssuerKeySettings::life>(
        "keys_life", duration(1min, 30 * 24h),
        "How long known keys are used while it does not answer; then sign-ins with tokens are "
        "answered 454."),
    with_default(reach_key<&IssuerReachSettings::ca>(
                     "ca", of_kind(Type::Kind::path),
                     "PEM file with the authorities that may have signed its certificate."),
                 "those of the system"),
    reach_key<&IssuerReachSettings::private_addresses>(
        "private_addresses", of_kind(Type::Kind::flag),
        "Whether it may be at an address of this machine or of a private network. An issuer with "
        "http://127.0.0.1 or another loopback name in its `url` may be there anyhow."),
    with_default(
        asked_key<&IntrospectionSettings::url>("introspection.url", of_kind(Type::Kind::text),
                                               "Where it is asked about tokens (RFC 7662)."),
        "as its metadata says"),
    asked_key<&IntrospectionSettings::client_id>(
        "introspection.client_id", of_kind(Type::Kind::text),
        "As whom Signet asks it; without this nothing is asked."),
    asked_key<&IntrospectionSettings::client_secret>(
        "introspection.client_secret", of_kind(Type::Kind::secret),
        "The secret for it: where it is, never what it is."),
    asked_key<&IntrospectionSettings::when>(
        "introspection.when", choice(kWhen),
        "`opaque`: about tokens that are no JWT; `always`: about JWTs, too, so that one that was "
        "taken back ends."),
    asked_key<&IntrospectionSettings::life>(
        "introspection.life", duration(0ms, 1h),
        "How long an answer is remembered; a token that is taken back is good for so long, and the "
        "session that it opened ends at its next command then."),
    asked_key<&IntrospectionSettings::outage>(
        "introspection.outage", duration(0ms, 24h),
        "How long sessions that a token opened go on while the issuer does not answer.")};

}  // namespace

constinit const Section section_issuer{
    .name = "issuer",
    .repeated = true,
    .description =
        "Who issues OAuth 2.0 access tokens that sign in here, with OAUTHBEARER or XOAUTH2. Each "
        "is trusted with the accounts that its tokens name.",
    .keys = kKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.issuers.emplace_back(); },
    .example =
        "[[issuer]]\nname           = \"company\"\nurl            = \"https://login.example.com\"\n"
        "audience       = \"smtp.example.com\"\nrequired_scope = \"mail.send\"\n"
        "account_claim  = \"preferred_username\"\n"
        "introspection  = { client_id = \"signet\", client_secret = { credential = \"company\" } "
        "}\n",
    .item = [](const Snapshot& snapshot,
               std::size_t index) { return item_of(snapshot.issuers, index); }};

}  // namespace signet::settings
