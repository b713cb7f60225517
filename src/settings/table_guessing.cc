#include "settings/described.h"

namespace signet::settings {
namespace {

using namespace std::chrono_literals;
using days = std::chrono::days;

constexpr Key kKeys[] = {
    key<&GuessingSettings::failures>(
        "failures", count(1, 1'000),
        "After so many different wrong passwords for one account from one network, that network "
        "may not try that account for a while; the same wrong password counts once."),
    key<&GuessingSettings::window>("window", duration(1s, days{1}),
                                   "The time in which they are counted."),
    key<&GuessingSettings::ban>("ban", duration(1s, days{7}), "How long it is banned from trying."),
    key<&GuessingSettings::delay>(
        "delay", duration(0ms, 10s),
        "Each failure counted before delays the answer to the next by this much."),
    key<&GuessingSettings::names>(
        "names", count(2, 100'000),
        "After failing at so many accounts, a network may try none of them for a while."),
    key<&GuessingSettings::names_window>("names_window", duration(1s, days{7}),
                                         "The time in which they are counted."),
    key<&GuessingSettings::names_ban>("names_ban", duration(1s, days{7}),
                                      "How long it is banned from trying."),
    key<&GuessingSettings::familiar>(
        "familiar", duration(0s, days{400}),
        "A network from which an account has signed in this lately is not banned for that "
        "account."),
    key<&GuessingSettings::never>(
        "never", of_kind(Type::Kind::networks),
        "Networks that are never banned, besides this machine, the proxies that listeners trust "
        "and this machine's gateways.")};

}  // namespace

constinit const Section section_guessing{
    .name = "guessing",
    .description =
        "What happens to whoever guesses passwords. A network is one IPv4 address, or one IPv6 "
        "network of 64 bits. Nobody else is delayed or banned.",
    .keys = kKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.guessing; },
    .example = "[guessing]\nfailures = 5\nban      = \"15m\"\nnever    = [\"192.0.2.0/24\"]\n"};

}  // namespace signet::settings
