#include "settings/described.h"

namespace signet::settings {
namespace {

constexpr std::string_view kHeaderFrom[] = {"owned", "any"};

constexpr Key kAccountKeys[] = {
    key<&AccountLimitSettings::messages>(
        "messages", of_kind(Type::Kind::rate),
        "Messages that one account may send, then 450; a message counts when it is accepted."),
    key<&AccountLimitSettings::recipients>(
        "recipients", of_kind(Type::Kind::rate),
        "Recipients of all messages together, then 450, so that a stolen account does not reach "
        "the world."),
    with_default(
        key<&AccountLimitSettings::message_recipients>("message_recipients", count(0, 10'000),
                                                       "Recipients of one message, then 452."),
        "as `limits.recipients`"),
    with_default(key<&AccountLimitSettings::message_size>("message_size", size(0, 1ull << 40),
                                                          "The largest message, else 552."),
                 "as `limits.message_size`")};

constexpr Key kPolicyKeys[] = {key<&PolicySettings::header_from>(
    "header_from", choice(kHeaderFrom),
    "`owned`: every mailbox in the From and Sender fields of a message must be an address of its "
    "sender; `any`: these fields are not looked at.")};

}  // namespace

constinit const Section section_account_limits{
    .name = "account_limits",
    .description =
        "What each account may do in a stretch of time; `signet account set` can say otherwise for "
        "one of them. It holds for trusted networks too, but for `messages`, of which they have "
        "their own."
        " Counts outlive a reload, and start anew with the process.",
    .keys = kAccountKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.account_limits; },
    .example = "[account_limits]\nmessages   = \"500/1h\"\nrecipients = \"2000/1d\"\n"};

constinit const Section section_policy{
    .name = "policy",
    .description = "What a message must be like to be taken.",
    .keys = kPolicyKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.policy; },
    .example = "[policy]\nheader_from = \"owned\"\n"};

}  // namespace signet::settings
