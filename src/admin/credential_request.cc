#include "admin/credential_request.h"

#include "audit/timestamp.h"
#include "base/text.h"
#include "identity/credential_policy.h"
#include "settings/units.h"

#include <boost/json.hpp>

#include <utility>

namespace signet::admin {
namespace {

namespace json = boost::json;
using identity::Credential;

constexpr std::uint64_t kMostIdleDays = 3'650;

Fault usage(std::string message) { return {Fault::Kind::usage, std::move(message)}; }

// "2027-05-01": the beginning of that day, UTC.
std::optional<WallTime> parse_date(std::string_view text) {
    const auto parts = split(text, '-');
    if (parts.size() != 3 || text.size() != 10) return {};
    const auto year = parse_unsigned(parts[0]), month = parse_unsigned(parts[1]),
               day = parse_unsigned(parts[2]);
    if (!year || !month || !day) return {};
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(*year)},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok()) return {};
    return WallTime{std::chrono::sys_days{date}.time_since_epoch()};
}

using Expiry = std::optional<WallTime>;
Result<Expiry, Fault> expiry_of(const std::string& text, WallTime now) {
    if (text == "never") return Expiry{};
    if (const auto date = parse_date(text)) {
        if (*date <= now) return fail(usage("`expires` is a day that is over"));
        return date;
    }
    if (const auto span = settings::parse_duration(text); span && span->count() > 0) {
        return Expiry{now + *span};
    }
    return fail(usage("`expires` is a day such as `2027-05-01`, a time such as `90d`, or `never`"));
}

std::string shown(const Expiry& expires) {
    return expires ? audit::timestamp(*expires) : std::string{"never"};
}

// The policy as it was, with those members that the request names.
Result<identity::CredentialPolicy, Fault> wanted_policy(const Request& request,
                                                        const identity::CredentialPolicy& old) {
    const auto before = text_of(old);
    auto object = before.empty() ? json::object{} : json::parse(before).as_object();
    for (const std::string_view name : {"senders", "recipient_domains", "networks", "mechanisms"}) {
        const auto* list = request.list(name);
        if (!list) continue;
        object.erase(name);
        json::array items;
        for (const auto& one : *list) items.emplace_back(one);
        if (!items.empty()) object[name] = std::move(items);
    }
    if (const auto tls = request.text("min_tls"); !tls.empty()) {
        object.erase("min_tls");
        if (tls != "none") object["min_tls"] = tls;
    }
    auto policy = identity::parse_credential_policy(json::serialize(object));
    if (!policy) return fail(usage(std::move(policy.error())));
    return std::move(*policy);
}

Result<void, Fault> apply_policy(const Request& request, Credential& credential,
                                 std::vector<audit::Change>& changes) {
    const auto limits = wanted_limits(request);
    if (!limits) return fail(limits.error());
    auto policy = wanted_policy(request, credential.policy);
    if (!policy) return fail(policy.error());
    if (*policy != credential.policy) {
        changes.push_back({"policy", text_of(credential.policy), text_of(*policy)});
        credential.policy = std::move(*policy);
    }
    apply(*limits, credential.policy.limits, changes);
    return {};
}

Result<void, Fault> apply_life(const Request& request, WallTime now, Credential& credential,
                               std::vector<audit::Change>& changes) {
    if (const auto text = request.text("expires"); !text.empty()) {
        const auto expires = expiry_of(text, now);
        if (!expires) return fail(expires.error());
        if (*expires != credential.expires) {
            changes.push_back({"expires", shown(credential.expires), shown(*expires)});
        }
        credential.expires = *expires;
    }
    const auto days = request.number("idle_days");
    if (!days) return {};
    if (*days > kMostIdleDays) return fail(usage("`idle_days` is at most 3650"));
    const auto wanted = *days == 0
                            ? std::nullopt
                            : std::optional{std::chrono::days{static_cast<std::int64_t>(*days)}};
    if (wanted != credential.idle_limit) {
        const auto old = credential.idle_limit ? credential.idle_limit->count() : 0;
        changes.push_back({"idle_days", std::to_string(old), std::to_string(*days)});
    }
    credential.idle_limit = wanted;
    return {};
}

// Why it opens nothing any more, or that it does.
std::string_view standing_of(const Credential& credential, WallTime now) {
    if (credential.state == identity::CredentialState::revoked) return "revoked";
    if (credential.expires && *credential.expires <= now) return "expired";
    return credential.stands(now) ? "active" : "unused for too long";
}

}  // namespace

Result<void, Fault> apply(const Request& request, WallTime now, Credential& credential,
                          std::vector<audit::Change>& changes) {
    if (request.texts.contains("label")) {
        auto label = request.text("label");
        if (label.size() > kLongestLabel || sanitised(label, kLongestLabel) != label) {
            return fail(usage("a label is a line of at most 100 octets"));
        }
        if (label != credential.label) changes.push_back({"label", credential.label, label});
        credential.label = std::move(label);
    }
    if (auto done = apply_policy(request, credential, changes); !done) return done;
    return apply_life(request, now, credential, changes);
}

std::string credential_json(std::string_view account, const Credential& credential, WallTime now) {
    json::array proofs;
    for (const auto& verifier : credential.verifiers) {
        proofs.emplace_back(verifier.substr(0, verifier.find('$')));
    }
    json::object object{
        {"kind", "credential"},
        {"api_version", 1},
        {"account", account},
        {"id", credential.id},
        {"type", name(credential.kind)},
        {"label", credential.label},
        {"state", standing_of(credential, now)},
        {"proofs", std::move(proofs)},
        {"created", audit::timestamp(credential.created)},
        {"expires",
         credential.expires ? json::value{audit::timestamp(*credential.expires)} : json::value{}},
        {"idle_days", credential.idle_limit ? credential.idle_limit->count() : 0}};
    const auto policy = text_of(credential.policy);
    object["policy"] = policy.empty() ? json::value(json::object{}) : json::parse(policy);
    if (!credential.knows_password()) object["subject"] = credential.secret;
    if (const auto& use = credential.last_use) {
        object["last_use"] = json::object{{"time", audit::timestamp(use->time)},
                                          {"client", use->client},
                                          {"mechanism", use->mechanism},
                                          {"tls", use->tls}};
    }
    return json::serialize(object);
}

std::string described(const Credential& credential) {
    std::string text{name(credential.kind)};
    if (credential.id != text) text += " " + credential.id;
    if (!credential.label.empty()) text += " (" + credential.label + ")";
    return text;
}

}  // namespace signet::admin
