// account enable, account disable and account delete.
#include "cli/command.h"
#include "cli/show.h"

namespace signet::cli {
namespace {

constexpr Argument kArguments[] = {
    {.name = "NAME", .value = {}, .description = "of the account", .required = true}};
constexpr std::string_view kEnableExamples[] = {"account enable ann@example.com"};
constexpr std::string_view kDisableExamples[] = {"account disable ann@example.com"};
constexpr std::string_view kDeleteExamples[] = {"account delete ann@example.com"};

Exit ask(const Invocation& invocation, Console& console, std::string_view method,
         const std::string& next) {
    return ask_and_show(invocation, console,
                        RequestLine{method}.text("name", invocation.one("NAME")).finish(),
                        {show_account, next});
}

Exit enable(const Invocation& invocation, Console& console) {
    return ask(invocation, console, "account.enable", "account show " + invocation.one("NAME"));
}

Exit disable(const Invocation& invocation, Console& console) {
    return ask(invocation, console, "account.disable", "account enable " + invocation.one("NAME"));
}

Exit remove(const Invocation& invocation, Console& console) {
    return ask(invocation, console, "account.delete", "account list");
}

}  // namespace

constinit const Command command_account_enable{.noun = "account",
                                               .verb = "enable",
                                               .summary = "Let an account sign in again",
                                               .description = {},
                                               .arguments = kArguments,
                                               .examples = kEnableExamples,
                                               .run = enable};

constinit const Command command_account_disable{
    .noun = "account",
    .verb = "disable",
    .summary = "Keep an account from signing in",
    .description = "It takes effect at once. What it has sent is delivered all the same.",
    .arguments = kArguments,
    .examples = kDisableExamples,
    .run = disable};

constinit const Command command_account_delete{
    .noun = "account",
    .verb = "delete",
    .summary = "Delete an account",
    .description = "It takes effect at once and cannot be undone; `signet account disable` can.",
    .arguments = kArguments,
    .examples = kDeleteExamples,
    .run = remove};

}  // namespace signet::cli
