#include "admin/limits.h"

#include "base/text.h"
#include "limits/allowance.h"
#include "settings/units.h"

#include <boost/json.hpp>

namespace signet::admin {
namespace {

namespace json = boost::json;

constexpr unsigned kMostRecipients = 10'000;           // as the setting limits.recipients
constexpr std::uint64_t kLargestMessage = 1ull << 40;  // as limits.message_size

std::optional<Rate> read_rate(std::string_view text) { return settings::parse_rate(text); }

std::optional<unsigned> read_number(std::string_view text) {
    if (text == "none") return 0;
    const auto number = parse_unsigned(text);
    if (!number || *number == 0 || *number > kMostRecipients) return {};
    return static_cast<unsigned>(*number);
}

std::optional<std::uint64_t> read_size(std::string_view text) {
    if (text == "none") return 0;
    const auto size = settings::parse_size(text);
    if (!size || *size == 0 || *size > kLargestMessage) return {};
    return size;
}

std::string text_of(const Rate& rate) { return settings::rate_text(rate); }
std::string number_text(unsigned number) { return number == 0 ? "none" : std::to_string(number); }
std::string size_text(std::uint64_t size) { return size == 0 ? "none" : settings::size_text(size); }

// false: it was said, and cannot be read.
template <class T>
bool take(const Request& request, std::string_view name, std::optional<T> (*read)(std::string_view),
          std::optional<std::optional<T>>& into) {
    const auto found = request.texts.find(name);
    if (found == request.texts.end()) return true;
    if (found->second == "default") {
        into.emplace();
        return true;
    }
    const auto value = read(found->second);
    if (value) into = value;
    return value.has_value();
}

Fault unreadable(std::string_view name, std::string_view shape) {
    return {Fault::Kind::usage,
            std::string{name} + " takes " + std::string{shape} + ", `none` or `default`"};
}

template <class T, class Text>
void change(const std::optional<std::optional<T>>& wanted, std::optional<T>& limit,
            std::string_view name, Text text, std::vector<audit::Change>& changes) {
    if (!wanted || *wanted == limit) return;
    const auto shown = [&](const std::optional<T>& value) {
        return value ? text(*value) : std::string{"default"};
    };
    changes.push_back({std::string{name}, shown(limit), shown(*wanted)});
    limit = *wanted;
}

json::object in_force(std::string value, bool own) {
    return {{"value", std::move(value)}, {"from", own ? "account" : "settings"}};
}

}  // namespace

Result<WantedLimits, Fault> wanted_limits(const Request& request) {
    WantedLimits wanted;
    const auto* name = kLimitParameters;
    for (auto* rate : {&wanted.messages, &wanted.recipients}) {
        if (!take(request, *name, &read_rate, *rate)) {
            return fail(unreadable(*name, "a number and a time such as `500/1h`"));
        }
        ++name;
    }
    if (!take(request, *name, &read_number, wanted.message_recipients)) {
        return fail(unreadable(*name, "a number from 1 to 10000"));
    }
    ++name;
    if (!take(request, *name, &read_size, wanted.message_size)) {
        return fail(unreadable(*name, "a size such as `25MiB`"));
    }
    return wanted;
}

void apply(const WantedLimits& wanted, identity::AccountLimits& limits,
           std::vector<audit::Change>& changes) {
    change(wanted.messages, limits.messages, kLimitParameters[0], text_of, changes);
    change(wanted.recipients, limits.recipients, kLimitParameters[1], text_of, changes);
    change(wanted.message_recipients, limits.message_recipients, kLimitParameters[2], number_text,
           changes);
    change(wanted.message_size, limits.message_size, kLimitParameters[3], size_text, changes);
}

json::object limits_json(const identity::AccountLimits& own, const settings::Snapshot& settings) {
    const auto allowance = limits::allowance_of(own, settings);
    return {{"messages", in_force(text_of(allowance.messages), own.messages.has_value())},
            {"recipients", in_force(text_of(allowance.recipients), own.recipients.has_value())},
            {"message_recipients", in_force(std::to_string(allowance.message_recipients),
                                            own.message_recipients.has_value())},
            {"message_size",
             in_force(settings::size_text(allowance.message_size), own.message_size.has_value())}};
}

}  // namespace signet::admin
