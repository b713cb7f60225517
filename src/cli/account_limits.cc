#include "cli/account_limits.h"

#include <utility>

namespace signet::cli {

bool add_limits(const Invocation& invocation, RequestLine& request) {
    bool any = false;
    for (const auto& [argument, parameter] :
         {std::pair{&kLimitMessages, "limit_messages"},
          std::pair{&kLimitRecipients, "limit_recipients"},
          std::pair{&kLimitMessageRecipients, "limit_message_recipients"},
          std::pair{&kLimitMessageSize, "limit_message_size"}}) {
        if (!invocation.has(argument->name)) continue;
        request.text(parameter, invocation.one(argument->name));
        any = true;
    }
    return any;
}

}  // namespace signet::cli
