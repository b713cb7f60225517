#include "cli/account_limits.h"
#include "cli/command.h"
#include "cli/show.h"

#include <ostream>

namespace signet::cli {
namespace {

constexpr Argument kArguments[] = {
    {.name = "NAME", .value = {}, .description = "of the account", .required = true},
    {.name = "--address",
     .value = "ADDRESS",
     .description = "that it may send as, instead of those it has",
     .repeated = true},
    {.name = "--add-address",
     .value = "ADDRESS",
     .description = "that it may send as too",
     .repeated = true},
    {.name = "--remove-address",
     .value = "ADDRESS",
     .description = "that it may send as no longer",
     .repeated = true},
    {.name = "--group",
     .value = "GROUP",
     .description = "that it is in, instead of those it is in",
     .repeated = true},
    {.name = "--add-group", .value = "GROUP", .description = "that it is in too", .repeated = true},
    {.name = "--remove-group",
     .value = "GROUP",
     .description = "that it is in no longer",
     .repeated = true},
    {.name = "--no-group", .value = {}, .description = "it is in none"},
    {.name = "--may-submit",
     .value = "YES|NO",
     .description = "whether it may send at all; it can sign in either way"},
    kLimitMessages,
    kLimitRecipients,
    kLimitMessageRecipients,
    kLimitMessageSize};
constexpr std::string_view kExamples[] = {
    "account set ann@example.com --add-address info@example.com",
    "account set printer --address scan@example.com", "account set bob@example.com --may-submit no",
    "account set bob@example.com --add-group staff",
    "account set shop --limit-messages 500/1h --limit-recipients 2000/1d"};

Exit run(const Invocation& invocation, Console& console) {
    const auto name = invocation.one("NAME");
    RequestLine request{"account.set"};
    request.text("name", name);
    bool anything = add_limits(invocation, request);
    for (const auto& [option, parameter] :
         {std::pair{"--address", "addresses"}, std::pair{"--add-address", "add_addresses"},
          std::pair{"--remove-address", "remove_addresses"}, std::pair{"--group", "groups"},
          std::pair{"--add-group", "add_groups"}, std::pair{"--remove-group", "remove_groups"}}) {
        if (!invocation.has(option)) continue;
        request.list(parameter, invocation.all(option));
        anything = true;
    }
    if (invocation.has("--no-group")) {
        if (invocation.has("--group") || invocation.has("--add-group")) {
            console.err << "signet: --no-group, and a group: not both\n";
            return Exit::usage;
        }
        request.list("groups", {});
        anything = true;
    }
    if (invocation.has("--may-submit")) {
        const auto answer = invocation.one("--may-submit");
        if (answer != "yes" && answer != "no") {
            console.err << "signet: --may-submit takes yes or no\n";
            return Exit::usage;
        }
        request.flag("may_submit", answer == "yes");
        anything = true;
    }
    if (!anything) {
        console.err << "signet: nothing to set\nSee: signet account set --help\n";
        return Exit::usage;
    }
    return ask_and_show(invocation, console, request.finish(),
                        {show_account, "account show " + name});
}

}  // namespace

constinit const Command command_account_set{.noun = "account",
                                            .verb = "set",
                                            .summary = "Change what an account may do",
                                            .description = {},
                                            .arguments = kArguments,
                                            .examples = kExamples,
                                            .run = run};

}  // namespace signet::cli
