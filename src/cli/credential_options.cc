#include "cli/credential_options.h"

#include "base/text.h"

#include <utility>

namespace signet::cli {
namespace {

// "none" alone takes a restriction away.
std::vector<std::string> items_of(const std::vector<std::string>& written) {
    return written == std::vector<std::string>{"none"} ? std::vector<std::string>{} : written;
}

}  // namespace

bool add_credential_options(const Invocation& invocation, RequestLine& request) {
    bool any = add_limits(invocation, request);
    for (const auto& [argument, parameter] :
         {std::pair{&kSender, "senders"}, std::pair{&kRecipientDomain, "recipient_domains"},
          std::pair{&kFrom, "networks"}, std::pair{&kMechanism, "mechanisms"}}) {
        if (!invocation.has(argument->name)) continue;
        request.list(parameter, items_of(invocation.all(argument->name)));
        any = true;
    }
    for (const auto& [argument, parameter] :
         {std::pair{&kLabel, "label"}, std::pair{&kMinTls, "min_tls"},
          std::pair{&kExpires, "expires"}}) {
        if (!invocation.has(argument->name)) continue;
        request.text(parameter, invocation.one(argument->name));
        any = true;
    }
    if (invocation.has(kIdleDays.name)) {
        const auto days = parse_unsigned(invocation.one(kIdleDays.name));
        request.number("idle_days", days.value_or(~std::uint64_t{0}));  // the server says why not
        any = true;
    }
    return any;
}

}  // namespace signet::cli
