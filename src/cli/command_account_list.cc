// account list and account show.
#include "cli/command.h"
#include "cli/show.h"
#include "cli/table.h"

#include <ostream>

namespace signet::cli {
namespace {

constexpr Argument kListArguments[] = {
    {.name = "--group", .value = "GROUP", .description = "only accounts that are in it"}};
constexpr std::string_view kListExamples[] = {"account list", "account list --group staff",
                                              "account list --json"};
constexpr Argument kShowArguments[] = {
    {.name = "NAME", .value = {}, .description = "of the account", .required = true}};
constexpr std::string_view kShowExamples[] = {"account show ann@example.com"};

Exit list(const Invocation& invocation, Console& console) {
    const auto link = open_link(invocation, console);
    if (!link) return complain(link.error(), console);
    std::vector<std::vector<std::string>> rows{
        {"NAME", "STATE", "ADDRESSES", "GROUPS", "OWN LIMITS"}};
    RequestLine request{"account.list"};
    if (invocation.has("--group")) request.text("group", invocation.one("--group"));
    std::string items;
    const auto done = (*link)->ask(request.finish(), [&](std::string_view item) {
        if (invocation.json())
            items += (items.empty() ? "" : ",") + std::string{item};
        else
            rows.push_back(account_row(item));
    });
    if (!done) return complain(done.error(), console);
    if (invocation.json()) {
        console.out << R"({"kind":"account_list","api_version":1,"items":[)" << items << "]}\n";
        return Exit::ok;
    }
    if (rows.size() > 1) console.out << in_columns(rows);
    if (!invocation.quiet()) {
        console.err << (rows.size() > 1 ? "Next: signet account show NAME\n"
                        : invocation.has("--group")
                            ? "There is none.\n"
                            : "No accounts yet. Next: signet account add NAME\n");
    }
    return Exit::ok;
}

Exit show(const Invocation& invocation, Console& console) {
    const auto name = invocation.one("NAME");
    return ask_and_show(invocation, console,
                        RequestLine{"account.show"}.text("name", name).finish(),
                        {show_account, "account set " + name + " --address ADDRESS"});
}

}  // namespace

constinit const Command command_account_list{.noun = "account",
                                             .verb = "list",
                                             .summary = "List the accounts",
                                             .description = {},
                                             .arguments = kListArguments,
                                             .examples = kListExamples,
                                             .run = list};

constinit const Command command_account_show{.noun = "account",
                                             .verb = "show",
                                             .summary = "Show one account",
                                             .description = {},
                                             .arguments = kShowArguments,
                                             .examples = kShowExamples,
                                             .run = show};

}  // namespace signet::cli
