#include "identity/credential_policy.h"

#include "base/text.h"
#include "crypto/digest.h"
#include "sasl/mechanism.h"

#include <boost/json.hpp>

#include <algorithm>
#include <utility>

namespace signet::identity {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestPattern = 255;
constexpr std::uint64_t kLongestWindow = std::uint64_t{30} * 86'400;  // seconds

using Fault = Result<void, std::string>;

std::string quoted(std::string_view text) { return "`" + sanitised(text, 100) + "`"; }

// Each member of a list through `take`, which says whether it could be read.
template <class Take>
Fault read_list(std::string_view name, const json::value& value, Take take) {
    const auto* list = value.if_array();
    if (list == nullptr || list->size() > kMostPolicyItems) {
        return fail(std::string{name} + " is a list of at most 1000 texts");
    }
    for (const auto& one : *list) {
        const auto* text = one.if_string();
        if (text == nullptr || !take(std::string_view{*text})) {
            const auto shown = text ? quoted(*text) : std::string{"something that is no text"};
            return fail(shown + " cannot stand in " + std::string{name});
        }
    }
    return {};
}

// "*.example.com", "example.com", as mail/domain_pattern.h has them.
bool is_pattern(std::string_view text) {
    if (text.starts_with("*.")) text.remove_prefix(2);
    return !text.empty() && text.size() <= kLongestPattern && std::ranges::all_of(text, [](char c) {
        return is_alnum(c) || c == '-' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
    });
}

std::optional<std::uint64_t> number(const json::value& value, std::uint64_t least,
                                    std::uint64_t most) {
    if (!value.is_int64() && !value.is_uint64()) return {};
    const auto given =
        value.is_uint64() ? value.get_uint64() : static_cast<std::uint64_t>(value.get_int64());
    if (value.is_int64() && value.get_int64() < 0) return {};
    if (given < least || given > most) return {};
    return given;
}

std::optional<Rate> rate_of(const json::value& value) {
    const auto* pair = value.if_array();
    if (pair == nullptr || pair->size() != 2) return {};
    const auto count = number(pair->at(0), 0, 1'000'000'000);
    const auto window = number(pair->at(1), 1, kLongestWindow);
    if (!count || !window) return {};
    return Rate{*count, std::chrono::seconds{*window}};
}

Fault read_limits(const json::value& value, AccountLimits& limits) {
    const auto* object = value.if_object();
    if (object == nullptr) return fail(std::string{"limits is an object"});
    for (const auto& [key, item] : *object) {
        bool read = false;
        if (key == "messages") {
            read = (limits.messages = rate_of(item)).has_value();
        } else if (key == "recipients") {
            read = (limits.recipients = rate_of(item)).has_value();
        } else if (key == "message_recipients") {
            if (const auto most = number(item, 0, 1'000'000'000)) {
                limits.message_recipients = static_cast<unsigned>(*most);
                read = true;
            }
        } else if (key == "message_size") {
            limits.message_size = number(item, 0, std::uint64_t{1} << 40);
            read = limits.message_size.has_value();
        }
        if (!read) return fail(quoted(key) + " in limits is unknown or cannot be read");
    }
    return {};
}

Fault read_member(std::string_view key, const json::value& value, CredentialPolicy& policy) {
    if (key == "senders") {
        return read_list(key, value, [&](std::string_view text) {
            auto one = parse_send_as(text);
            if (one) policy.senders.push_back(std::move(*one));
            return one.has_value();
        });
    }
    if (key == "recipient_domains") {
        return read_list(key, value, [&](std::string_view text) {
            policy.recipient_domains.push_back(lower(text));
            return is_pattern(text);
        });
    }
    if (key == "networks") {
        return read_list(key, value, [&](std::string_view text) {
            auto one = parse_network(text);
            if (one) policy.networks.push_back(*one);
            return one.has_value();
        });
    }
    if (key == "mechanisms") {
        return read_list(key, value, [&](std::string_view text) {
            const auto* known = sasl::find_mechanism(text);
            if (known) policy.mechanisms.emplace_back(known->name);
            return known != nullptr;
        });
    }
    if (key == "min_tls") {
        if (value != "1.2" && value != "1.3") return fail(std::string{"min_tls is 1.2 or 1.3"});
        policy.min_tls = value.get_string();
        return {};
    }
    if (key == "limits") return read_limits(value, policy.limits);
    return fail("a policy has no " + quoted(key));
}

template <class Items, class Text>
void put_list(json::object& object, std::string_view key, const Items& items, Text text) {
    if (items.empty()) return;
    json::array list;
    for (const auto& one : items) list.emplace_back(text(one));
    object[key] = std::move(list);
}

json::object object_of(const AccountLimits& limits) {
    json::object object;
    const auto put_rate = [&](std::string_view key, const std::optional<Rate>& rate) {
        if (rate) object[key] = json::array{rate->count, rate->window.count()};
    };
    put_rate("messages", limits.messages);
    put_rate("recipients", limits.recipients);
    if (limits.message_recipients) object["message_recipients"] = *limits.message_recipients;
    if (limits.message_size) object["message_size"] = *limits.message_size;
    return object;
}

}  // namespace

std::string text_of(const CredentialPolicy& policy) {
    json::object object;
    put_list(object, "senders", policy.senders, [](const auto& one) { return one.text(); });
    put_list(object, "recipient_domains", policy.recipient_domains, std::identity{});
    put_list(object, "networks", policy.networks, [](const auto& one) { return one.text(); });
    put_list(object, "mechanisms", policy.mechanisms, std::identity{});
    if (!policy.min_tls.empty()) object["min_tls"] = policy.min_tls;
    if (auto limits = object_of(policy.limits); !limits.empty()) {
        object["limits"] = std::move(limits);
    }
    return object.empty() ? std::string{} : json::serialize(object);
}

Result<CredentialPolicy, std::string> parse_credential_policy(std::string_view text) {
    CredentialPolicy policy;
    if (text.empty()) return policy;
    if (text.size() > kLongestPolicy) return fail(std::string{"a policy has at most 64 KiB"});
    boost::system::error_code error;
    const auto value = json::parse(text, error);
    const auto* object = error ? nullptr : value.if_object();
    if (object == nullptr) return fail(std::string{"a policy is a JSON object"});
    for (const auto& [key, item] : *object) {
        if (auto read = read_member(key, item, policy); !read) return fail(std::move(read.error()));
    }
    return policy;
}

std::optional<Refusal> against_policy(const CredentialPolicy& policy, const Claim& claim) {
    if (!policy.networks.empty()) {
        const auto from = parse_ip(claim.client);
        const bool inside = from && std::ranges::any_of(policy.networks, [&](const auto& network) {
                                return network.contains(unmapped(*from));
                            });
        if (!inside) return Refusal::network_not_allowed;
    }
    if (!policy.mechanisms.empty() &&
        std::ranges::find(policy.mechanisms, claim.method) == policy.mechanisms.end()) {
        return Refusal::mechanism_not_allowed;
    }
    if (!policy.min_tls.empty() && claim.tls < "TLSv" + policy.min_tls) {
        return Refusal::tls_too_old;  // "TLSv1.2" stands before "TLSv1.3", and nothing before all
    }
    return {};
}

std::string standing_of(const Account& account, const Credential* credential) {
    std::string text = account.name + '\n' + std::to_string(account.epoch) + '\n';
    for (const auto& one : account.send_as) text += one.text() + '\n';
    for (const auto& group : account.groups) text += '+' + group + '\n';
    text += json::serialize(object_of(account.limits)) + '\n';
    if (credential) {
        text += credential->id + '\n' + std::string{name(credential->kind)} + '\n';
        text += text_of(credential->policy) + '\n';
        text += std::to_string(credential->created.time_since_epoch().count()) + '\n';
        if (!credential->knows_password()) text += credential->secret;
    }
    return crypto::sha256(text).substr(0, 16);
}

// "*@example.com" of the one side meets "ann@example.com" of the other in the narrower of them.
std::vector<SendAs> senders_within(const CredentialPolicy& policy,
                                   const std::vector<SendAs>& of_account) {
    if (policy.senders.empty()) return of_account;
    const auto includes = [](const SendAs& wide, const SendAs& narrow) {
        return wide.domain == narrow.domain &&
               (wide.local_part.empty() || wide.local_part == narrow.local_part);
    };
    std::vector<SendAs> both;
    const auto add = [&](const SendAs& one) {
        if (std::ranges::find(both, one) == both.end()) both.push_back(one);
    };
    for (const auto& wanted : policy.senders) {
        for (const auto& owned : of_account) {
            if (includes(owned, wanted))
                add(wanted);
            else if (includes(wanted, owned))
                add(owned);
        }
    }
    return both;
}

}  // namespace signet::identity
