#include "admin/common.h"

#include "admin/limits.h"
#include "audit/timestamp.h"
#include "base/text.h"
#include "settings/people.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signet::admin {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxAddresses = 1'000;
constexpr std::size_t kMaxGroups = 100;
constexpr int kTries = 3;

std::string quoted(std::string_view text) { return "`" + sanitised(text, 100) + "`"; }

audit::Event event_of(const Services& services, const Request& request, std::string_view event) {
    audit::Event record;
    record.time = services.clock.wall();
    record.id = services.ids.next();
    record.event = event;
    record.severity = audit::Severity::notice;
    record.service = "cli";
    record.actor = request.actor;
    return record;
}

json::array recipients_json(const queue::Entry& entry) {
    json::array recipients;
    for (std::size_t i = 0; i < entry.info.envelope.recipients.size(); ++i) {
        json::object recipient{
            {"address", sanitised(entry.info.envelope.recipients[i].mailbox.text(), 512)}};
        if (const auto& original = entry.info.envelope.recipients[i].original; !original.empty()) {
            recipient["original"] = sanitised(original, 512);  // ORCPT, or the alias
        }
        if (i < entry.recipients.size()) {
            recipient["state"] = queue::name(entry.recipients[i].state);
            if (const auto& reply = entry.recipients[i].last_reply; !reply.empty()) {
                recipient["last_reply"] = sanitised(reply, 1'024);
            }
            recipient["delay_notified"] = entry.recipients[i].delay_notified;
        }
        recipients.push_back(std::move(recipient));
    }
    return recipients;
}

bool has_scram(const identity::Account& account) {
    const auto* password = account.credential(identity::kMainPassword);
    return password && std::ranges::any_of(password->verifiers, [](const auto& one) {
               return one.starts_with("SCRAM-");
           });
}

}  // namespace

Fault fault_of(StoreFault fault) {
    switch (fault) {
    case StoreFault::unavailable: return {Fault::Kind::try_later, "the store cannot answer now"};
    case StoreFault::full: return {Fault::Kind::try_later, "there is no space left"};
    case StoreFault::conflict:
        return {Fault::Kind::conflict, "it was changed by somebody else meanwhile"};
    case StoreFault::corrupt: return {Fault::Kind::failed, "what is stored is damaged"};
    case StoreFault::deadline: return {Fault::Kind::try_later, "the store took too long"};
    }
    std::unreachable();
}

Fault not_found(std::string_view what, std::string_view name) {
    return {Fault::Kind::not_found, "there is no " + std::string{what} + " " + quoted(name)};
}

Result<std::string, Fault> account_name_of(const Request& request) {
    const auto presented = request.text("name");
    auto name = identity::fold_account_name(presented);
    if (name) return std::move(*name);
    return fail(Fault{Fault::Kind::usage, quoted(presented) + " cannot be the name of an account"});
}

Result<std::vector<identity::SendAs>, Fault> addresses_of(const std::vector<std::string>& texts) {
    if (texts.size() > kMaxAddresses) {
        return fail(Fault{Fault::Kind::usage, "an account has at most 1000 addresses"});
    }
    std::vector<identity::SendAs> addresses;
    for (const auto& text : texts) {
        auto address = identity::parse_send_as(text);
        if (!address) {
            return fail(Fault{Fault::Kind::usage, quoted(text) +
                                                      " is neither an address nor a domain as "
                                                      "*@example.com"});
        }
        if (std::ranges::find(addresses, *address) == addresses.end()) {
            addresses.push_back(std::move(*address));
        }
    }
    return addresses;
}

Result<std::vector<std::string>, Fault> groups_of(const Request& request, std::string_view name) {
    const auto* texts = request.list(name);
    auto groups = texts ? *texts : std::vector<std::string>{};
    for (const auto& group : groups) {
        if (settings::is_group_name(group)) continue;
        return fail(Fault{Fault::Kind::usage, quoted(group) + " cannot be the name of a group: 1 "
                                                              "to 64 of a-z, 0-9, -, _ and ."});
    }
    if (groups.size() > kMaxGroups) {
        return fail(Fault{Fault::Kind::usage, "an account is in at most 100 groups"});
    }
    std::ranges::sort(groups);
    groups.erase(std::ranges::unique(groups).begin(), groups.end());
    return groups;
}

audit::Event ban_event(const Services& services, const Request& request, std::string_view event,
                       std::string_view network, const std::optional<std::string>& account) {
    auto record = event_of(services, request, event);
    record.target = audit::Target{"network", {}, std::string{network}};
    record.account_name = account.value_or("");
    return record;
}

audit::Event store_event(const Services& services, const Request& request, std::string_view event,
                         std::string_view store) {
    auto record = event_of(services, request, event);
    record.target = audit::Target{"store", {}, std::string{store}};
    return record;
}

audit::Event pause_event(const Services& services, const Request& request, std::string_view event,
                         const queue::Pause& what) {
    auto record = event_of(services, request, event);
    record.target = audit::Target{std::string{name(what.kind)}, {}, what.name};
    return record;
}

audit::Event account_event(const Services& services, const Request& request, std::string_view event,
                           std::string_view account) {
    auto record = event_of(services, request, event);
    record.account_name = account;
    record.target = audit::Target{"account", std::string{account}, std::string{account}};
    return record;
}

Result<queue::Filter, Fault> filter_of(const Request& request) {
    const auto* ids = request.list("ids");
    auto filter = queue::parse_filter(request.texts, ids ? *ids : std::vector<std::string>{});
    if (!filter) return fail(Fault{Fault::Kind::usage, std::move(filter.error())});
    return std::move(*filter);
}

audit::Event queue_event(const Services& services, const Request& request, std::string_view event,
                         const queue::Entry& entry) {
    auto record = event_of(services, request, event);
    record.account_name = entry.info.account;
    record.session_id = entry.info.session_id;
    record.target = audit::Target{"message", entry.id, {}};
    auto& message = record.message.emplace();
    message.queue_id = entry.id;
    message.message_id = entry.info.message_id;
    message.sender = entry.info.envelope.sender.text();
    for (const auto& recipient : entry.info.envelope.recipients) {
        message.recipients.push_back(recipient.mailbox.text());
    }
    message.size = entry.content_octets;
    return record;
}

std::string account_json(const Services& services, const identity::Account& account) {
    const auto settings =
        services.settings ? services.settings() : std::make_shared<const settings::Snapshot>();
    json::array addresses;
    for (const auto& address : account.send_as) addresses.emplace_back(address.text());
    json::array groups;
    for (const auto& group : account.groups) groups.emplace_back(group);
    return json::serialize(json::object{{"kind", "account"},
                                        {"api_version", 1},
                                        {"name", account.name},
                                        {"enabled", account.enabled},
                                        {"may_submit", account.may_submit},
                                        {"addresses", std::move(addresses)},
                                        {"groups", std::move(groups)},
                                        {"has_password", !account.password_hash().empty()},
                                        {"has_scram", has_scram(account)},
                                        {"limits", limits_json(account.limits, *settings)},
                                        {"created", audit::timestamp(account.created)},
                                        {"changed", audit::timestamp(account.changed)}});
}

std::string entry_json(const queue::Entry& entry) {
    return json::serialize(
        json::object{{"kind", "message"},
                     {"api_version", 1},
                     {"queue_id", entry.id},
                     {"message_id", sanitised(entry.info.message_id, 512)},
                     {"account", entry.info.account},
                     {"state", queue::name(entry.state)},
                     {"session_id", entry.info.session_id},
                     {"sender", sanitised(entry.info.envelope.sender.text(), 512)},
                     {"recipients", recipients_json(entry)},
                     {"size", entry.content_octets},
                     {"accepted", audit::timestamp(entry.info.accepted)},
                     {"due", audit::timestamp(entry.due)},
                     {"attempts", entry.attempts}});
}

Task<Outcome> update_account(const Services& services, Request request, std::string event,
                             ChangeAccount change) {
    const auto name = account_name_of(request);
    if (!name) co_return fail(name.error());
    for (int attempt = 1;; ++attempt) {
        auto found = co_await services.accounts.find(*name);
        if (!found) co_return fail(fault_of(found.error()));
        if (!*found) co_return fail(not_found("account", *name));
        auto record = account_event(services, request, event, *name);
        change(**found, record.change);
        if (record.change.empty()) co_return Answer{{}, account_json(services, **found)};
        const auto updated = co_await services.accounts.update(std::move(**found));
        if (updated) {
            services.audit.record(std::move(record));
            co_return Answer{{}, account_json(services, *updated)};
        }
        if (updated.error() != StoreFault::conflict || attempt == kTries) {
            co_return fail(fault_of(updated.error()));
        }
    }
}

}  // namespace signet::admin
