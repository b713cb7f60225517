#include "settings/described.h"

namespace signet::settings {
namespace {

constexpr std::string_view kHeaderFrom[] = {"owned", "any"};

constexpr Key kAccountKeys[] = {
    key<&AccountLimitSettings::messages>("messages", of_kind(Type::Kind::rate),
                                         "Messages that one account may send."),
    key<&AccountLimitSettings::recipients>(
        "recipients", of_kind(Type::Kind::rate),
        "Recipients of all messages together, so that a stolen account does not reach the world."),
    with_default(key<&AccountLimitSettings::message_recipients>(
                     "message_recipients", count(0, 10'000), "Recipients of one message."),
                 "as `limits.recipients`"),
    with_default(key<&AccountLimitSettings::message_size>("message_size", size(0, 1ull << 40),
                                                          "The largest message."),
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
        "one of them.",
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
