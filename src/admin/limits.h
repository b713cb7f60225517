// The limits of an account, in requests and answers.
#pragma once

#include "admin/endpoint.h"

#include <vector>

namespace boost::json {
class object;
}

namespace signet::admin {

// The parameters that speak of limits, each a text: a rate ("500/1h"), a number or a size
// ("25MiB"); "none" for no limit, "default" for that of the settings.
inline constexpr std::string_view kLimitParameters[] = {
    "limit_messages", "limit_recipients", "limit_message_recipients", "limit_message_size"};

// What a request wants of them.  Each is there if it was said.
struct WantedLimits {
    std::optional<std::optional<Rate>> messages, recipients;
    std::optional<std::optional<unsigned>> message_recipients;
    std::optional<std::optional<std::uint64_t>> message_size;
};
// The fault names the one that cannot be read.
Result<WantedLimits, Fault> wanted_limits(const Request& request);
// Says in `changes` what it did.
void apply(const WantedLimits& wanted, identity::AccountLimits& limits,
           std::vector<audit::Change>& changes);

// What is in force and whence: {"messages":{"value":"500/1h","from":"account"}, …}.
boost::json::object limits_json(const identity::AccountLimits& own,
                                const settings::Snapshot& settings);

}  // namespace signet::admin
