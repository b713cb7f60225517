#include "settings/described.h"

namespace signet::settings {
namespace {

using namespace std::chrono_literals;

template <auto Member>
constexpr Key client_key(std::string_view name, Type type, std::string_view description) {
    return inner_key<&LimitSettings::client, Member>(name, type, description);
}
template <auto Member>
constexpr Key pace_key(std::string_view name, Type type, std::string_view description) {
    return inner_key<&LimitSettings::pace, Member>(name, type, description);
}

constexpr Key kKeys[] = {
    key<&LimitSettings::connections>("connections", count(1, 1'000'000),
                                     "Connections at the same time; one more is answered 421."),
    client_key<&ClientLimits::connections>(
        "connections_per_client", count(1, 1'000'000),
        "Of those, from one client: one IPv4 address, or one IPv6 network of 64 bits."),
    key<&LimitSettings::commands>(
        "commands", count(10, 1'000'000),
        "Commands a client may send between two accepted messages, then 421."),
    key<&LimitSettings::errors>("errors", count(1, 10'000),
                                "Commands refused in one session, then 421."),
    key<&LimitSettings::recipients>(
        "recipients", count(100, 10'000),
        "Recipients of one message, then 452; RFC 5321 asks for 100 at least."),
    key<&LimitSettings::message_size>("message_size", size(64u << 10, 1ull << 40),
                                      "The largest message taken; it is announced as SIZE."),
    key<&LimitSettings::header_size>("header_size", size(4u << 10, 64u << 20),
                                     "The largest header of a message."),
    key<&LimitSettings::received_fields>("received_fields", count(10, 1'000),
                                         "Received fields in one header, ours included; a message "
                                         "with more runs in a loop and is refused."),
    pace_key<&Pace::idle>("idle", duration(10s, 1h),
                          "A session that sends no whole command for this long is ended with "
                          "421; RFC 5321 asks for 5 minutes."),
    pace_key<&Pace::data_rate>(
        "data_rate", size(0, 1u << 20),
        "How much of a message must come in a second, on the average and after the first "
        "`limits.idle`; a slower client is ended with 421. `0 B`: any octet will do."),
    key<&LimitSettings::before_auth>("before_auth", duration(5s, 1h),
                                     "Time from the connection to a sign-in, then 421."),
    key<&LimitSettings::session>("session", duration(1min, 7 * 24h),
                                 "The longest a session may last."),
    key<&LimitSettings::drain>("drain", duration(0s, 1h),
                               "When the server is told to stop, sessions have this long to "
                               "finish the message they are sending."),
    client_key<&ClientLimits::connection_rate>(
        "connection_rate", of_kind(Type::Kind::rate),
        "New connections from one client network (as in `connections_per_client`), then "
        "421; this machine and trusted proxies themselves may "
        "connect as often as they like."),
    client_key<&ClientLimits::command_rate>(
        "command_rate", of_kind(Type::Kind::rate),
        "Commands of all sessions of one client network, then 421; this "
        "machine may send as many as it likes.")};

}  // namespace

constinit const Section section_limits{
    .name = "limits",
    .description = "What one client may ask for, and what all of them together may.",
    .keys = kKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.limits; },
    .example = "[limits]\nmessage_size = \"25 MiB\"\nidle         = \"5m\"\n"};

}  // namespace signet::settings
