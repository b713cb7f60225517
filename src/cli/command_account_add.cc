// account add and account reset-password: where a password comes in.
#include "base/text.h"
#include "cli/account_limits.h"
#include "cli/command.h"
#include "cli/show.h"

#include <ostream>

namespace signet::cli {
namespace {

constexpr std::size_t kLongestPassword = 511;  // as the server takes them

constexpr Argument kAddArguments[] = {
    {.name = "NAME",
     .value = {},
     .description = "what its owner signs in with, most often an address",
     .required = true},
    {.name = "--address",
     .value = "ADDRESS",
     .description = "that it may send as, besides its own name; '*@example.com' for a whole domain",
     .repeated = true},
    {.name = "--group", .value = "GROUP", .description = "that it is in", .repeated = true},
    {.name = "--password-stdin",
     .value = {},
     .description = "read the password from standard input"},
    {.name = "--generate", .value = {}, .description = "make up a password and show it once"},
    {.name = "--hash",
     .value = "HASH",
     .description = "take the stored hash of another server: $6$…, $2b$…, $y$…, $argon2id$…"},
    kLimitMessages,
    kLimitRecipients,
    kLimitMessageRecipients,
    kLimitMessageSize};
constexpr std::string_view kAddExamples[] = {
    "account add ann@example.com --password-stdin < password-file",
    "account add shop --address orders@example.com --address '*@shop.example.com' --generate",
    "account add bob@example.com --hash '$6$…'"};

constexpr Argument kResetArguments[] = {
    {.name = "NAME", .value = {}, .description = "of the account", .required = true},
    {.name = "--password-stdin",
     .value = {},
     .description = "read the password from standard input"},
    {.name = "--generate", .value = {}, .description = "make up a password and show it once"},
    {.name = "--hash", .value = "HASH", .description = "take the stored hash of another server"},
    {.name = "--keep-old",
     .value = "WHEN",
     .description = "the old password goes on beside it until then: 7d, 2027-05-01"},
    {.name = "--keep-old-idle",
     .value = "DAYS",
     .description = "the old password goes on until nobody has used it for so long"}};
constexpr std::string_view kResetExamples[] = {
    "account reset-password shop --generate --keep-old-idle 14",
    "account reset-password ann@example.com",
    "account reset-password ann@example.com --password-stdin < password-file"};

using Chosen = Result<void, LinkFault>;

Chosen from_stdin(RequestLine& request, Console& console) {
    auto password = read_secret_from(console.in, kLongestPassword);
    if (!password) return fail(LinkFault{Exit::usage, "a password has at most 511 octets"});
    if (password->empty()) return fail(LinkFault{Exit::usage, "standard input is empty"});
    request.password(*password);
    return {};
}

// Twice, since it cannot be seen; nothing at all means: make one up.
Chosen from_terminal(RequestLine& request, Console& console) {
    const auto first = console.ask_hidden("Password (empty: make one up): ");
    if (first && first->empty()) {
        request.flag("generate", true);
        return {};
    }
    const auto again = first ? console.ask_hidden("The same again: ") : std::nullopt;
    if (!again) return fail(LinkFault{Exit::usage, "no password was given"});
    if (first->reveal() != again->reveal()) {
        return fail(LinkFault{Exit::usage, "the two passwords differ"});
    }
    request.password(*first);
    return {};
}

Chosen choose(const Invocation& invocation, Console& console, RequestLine& request,
              bool generate_at_will) {
    const bool from_input = invocation.has("--password-stdin");
    const bool hash = invocation.has("--hash"), generate = invocation.has("--generate");
    if (int{from_input} + int{hash} + int{generate} > 1) {
        return fail(
            LinkFault{Exit::usage, "--password-stdin, --hash and --generate exclude each other"});
    }
    if (from_input) return from_stdin(request, console);
    if (hash) {
        request.text("hash", invocation.one("--hash"));
    } else if (generate || generate_at_will) {
        request.flag("generate", true);
    } else if (console.in_is_terminal) {
        return from_terminal(request, console);
    } else {
        return fail(LinkFault{Exit::usage,
                              "give the password with --password-stdin, or --generate, or --hash"});
    }
    return {};
}

Exit add(const Invocation& invocation, Console& console) {
    const auto name = invocation.one("NAME");
    RequestLine request{"account.add"};
    request.text("name", name).list("addresses", invocation.all("--address"));
    request.list("groups", invocation.all("--group"));
    add_limits(invocation, request);
    if (const auto chosen = choose(invocation, console, request, false); !chosen) {
        return complain(chosen.error(), console);
    }
    return ask_and_show(invocation, console, request.finish(),
                        {show_account, "send --user " + name + " --from ADDRESS --to ADDRESS"});
}

Exit reset(const Invocation& invocation, Console& console) {
    const auto name = invocation.one("NAME");
    RequestLine request{"account.reset-password"};
    request.text("name", name);
    if (invocation.has("--keep-old")) request.text("keep_old", invocation.one("--keep-old"));
    if (invocation.has("--keep-old-idle")) {
        const auto days = parse_unsigned(invocation.one("--keep-old-idle"));
        request.number("keep_old_idle_days", days.value_or(~std::uint64_t{0}));
    }
    if (const auto chosen = choose(invocation, console, request, true); !chosen) {
        return complain(chosen.error(), console);
    }
    return ask_and_show(invocation, console, request.finish(),
                        {show_account, "account show " + name});
}

}  // namespace

constinit const Command command_account_add{
    .noun = "account",
    .verb = "add",
    .summary = "Add an account",
    .description =
        "The password is asked for without echo, or comes by one of the options; it is "
        "never an option itself, where other users could see it.",
    .arguments = kAddArguments,
    .examples = kAddExamples,
    .run = add};

constinit const Command command_account_reset_password{
    .noun = "account",
    .verb = "reset-password",
    .summary = "Give an account a new password",
    .description =
        "Without an option one is made up and shown once. The old one is void at once, "
        "unless it is kept for a while: then both open, and `credential list` shows "
        "when the old one was used last.",
    .arguments = kResetArguments,
    .examples = kResetExamples,
    .run = reset};

}  // namespace signet::cli
