// ban list and ban delete.
#include "cli/command.h"
#include "cli/show.h"
#include "cli/table.h"

#include <ostream>

namespace signet::cli {
namespace {

constexpr std::string_view kListExamples[] = {"ban list", "ban list --json"};
constexpr Argument kDeleteArguments[] = {
    {.name = "NETWORK",
     .value = {},
     .description = "an IP address, or a network as `ban list` shows it",
     .required = true},
    {.name = "--account",
     .value = "NAME",
     .description = "only what it may not try of this account"}};
constexpr std::string_view kDeleteExamples[] = {"ban delete 192.0.2.7",
                                                "ban delete 192.0.2.7 --account ann@example.com"};

std::vector<std::string> row_of(std::string_view ban) {
    const auto account = member_of(ban, "account");
    const bool all = member_of(ban, "scope") == "network";
    return {member_of(ban, "network"),
            all               ? "any account"
            : account.empty() ? "one that is not there"
                              : account,
            member_of(ban, "until")};
}

Exit list(const Invocation& invocation, Console& console) {
    const auto link = open_link(invocation, console, Reach::server);
    if (!link) return complain(link.error(), console);
    std::vector<std::vector<std::string>> rows{{"NETWORK", "MAY NOT TRY", "UNTIL"}};
    std::string items;
    const auto done = (*link)->ask(RequestLine{"ban.list"}.finish(), [&](std::string_view item) {
        if (invocation.json())
            items += (items.empty() ? "" : ",") + std::string{item};
        else
            rows.push_back(row_of(item));
    });
    if (!done) return complain(done.error(), console);
    if (invocation.json()) {
        console.out << R"({"kind":"ban_list","api_version":1,"items":[)" << items << "]}\n";
        return Exit::ok;
    }
    if (rows.size() > 1) console.out << in_columns(rows);
    if (!invocation.quiet()) {
        console.err << (rows.size() > 1 ? "Next: signet ban delete NETWORK\n"
                                        : "Nobody is banned.\n");
    }
    return Exit::ok;
}

std::string lifted(std::string_view answer) {
    return member_of(answer, "network") + ": bans lifted: " + member_of(answer, "count") + "\n";
}

Exit lift(const Invocation& invocation, Console& console) {
    RequestLine request{"ban.delete"};
    request.text("network", invocation.one("NETWORK"));
    if (invocation.has("--account")) request.text("account", invocation.one("--account"));
    return ask_and_show(invocation, console, request.finish(), {lifted, "ban list", Reach::server});
}

}  // namespace

constinit const Command command_ban_list{
    .noun = "ban",
    .verb = "list",
    .summary = "List who is banned for guessing passwords",
    .description =
        "A ban keeps a network from trying one account, or any account, for a while "
        "(settings: [guessing]). It never hits where the account signed in lately.",
    .arguments = {},
    .examples = kListExamples,
    .run = list};

constinit const Command command_ban_delete{.noun = "ban",
                                           .verb = "delete",
                                           .summary = "Lift the bans of a network",
                                           .description = {},
                                           .arguments = kDeleteArguments,
                                           .examples = kDeleteExamples,
                                           .run = lift};

}  // namespace signet::cli
