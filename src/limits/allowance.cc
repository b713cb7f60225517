#include "limits/allowance.h"

#include <algorithm>

namespace signet::limits {
namespace {

// 0: nothing but the limit for everybody.
std::uint64_t within(std::uint64_t own, std::uint64_t everybody) {
    return own == 0 ? everybody : std::min(own, everybody);
}

}  // namespace

Allowance allowance_of(const identity::AccountLimits& own, const settings::Snapshot& settings) {
    const auto& otherwise = settings.account_limits;
    return {
        .messages = own.messages.value_or(otherwise.messages),
        .recipients = own.recipients.value_or(otherwise.recipients),
        .message_recipients = within(own.message_recipients.value_or(otherwise.message_recipients),
                                     settings.limits.recipients),
        .message_size = within(own.message_size.value_or(otherwise.message_size),
                               settings.limits.message_size)};
}

}  // namespace signet::limits
