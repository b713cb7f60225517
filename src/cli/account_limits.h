// The options of account add and account set that speak of limits.
#pragma once

#include "cli/command.h"
#include "cli/link.h"

namespace signet::cli {

inline constexpr Argument kLimitMessages{
    .name = "--limit-messages",
    .value = "RATE",
    .description = "messages it may send, as 500/1h; none for no limit, default for the settings'"};
inline constexpr Argument kLimitRecipients{
    .name = "--limit-recipients",
    .value = "RATE",
    .description = "recipients of all its messages together, as 2000/1d; none, or default"};
inline constexpr Argument kLimitMessageRecipients{
    .name = "--limit-message-recipients",
    .value = "NUMBER",
    .description = "recipients of one message; none, or default"};
inline constexpr Argument kLimitMessageSize{
    .name = "--limit-message-size",
    .value = "SIZE",
    .description = "its largest message, as 25MiB; none, or default"};

// Puts those that were written into the request; false: none was.
bool add_limits(const Invocation& invocation, RequestLine& request);

}  // namespace signet::cli
