// The options that say what a credential may do and how long.
#pragma once

#include "cli/account_limits.h"
#include "cli/command.h"
#include "cli/link.h"

namespace signet::cli {

inline constexpr Argument kLabel{.name = "--label",
                                 .value = "TEXT",
                                 .description = "what it is for, such as 'printer, 2nd floor'"};
inline constexpr Argument kSender{
    .name = "--sender",
    .value = "ADDRESS",
    .description = "it may send as this one only, of those of the account",
    .repeated = true};
inline constexpr Argument kRecipientDomain{
    .name = "--recipient-domain",
    .value = "DOMAIN",
    .description = "it may write to this domain only; '*.example.com' for those below one",
    .repeated = true};
inline constexpr Argument kFrom{.name = "--from",
                                .value = "NETWORK",
                                .description = "it opens from there only: 192.0.2.0/24",
                                .repeated = true};
inline constexpr Argument kMechanism{.name = "--mechanism",
                                     .value = "NAME",
                                     .description = "it opens by this SASL mechanism only",
                                     .repeated = true};
inline constexpr Argument kMinTls{.name = "--min-tls",
                                  .value = "VERSION",
                                  .description = "it opens over TLS 1.2 or 1.3 at least"};
inline constexpr Argument kExpires{.name = "--expires",
                                   .value = "WHEN",
                                   .description =
                                       "a day such as 2027-05-01, a time such as 90d, or "
                                       "never"};
inline constexpr Argument kIdleDays{
    .name = "--idle-days",
    .value = "DAYS",
    .description = "it ends by itself when nobody has used it for so long; 0: never"};

// false: none was written.
bool add_credential_options(const Invocation& invocation, RequestLine& request);

}  // namespace signet::cli
