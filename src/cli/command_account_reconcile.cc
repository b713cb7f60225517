// account reconcile.
#include "base/text.h"
#include "cli/command.h"
#include "cli/show.h"
#include "cli/table.h"

#include <filesystem>
#include <ostream>

namespace signet::cli {
namespace {

constexpr Argument kArguments[] = {
    {.name = "--store",
     .value = "NAME",
     .description = "a store of kind ldap, whose people are all that there are"},
    {.name = "--list",
     .value = "FILE",
     .description = "everybody who is still there: an account or address a line, or CSV; the "
                    "server reads it"},
    {.name = "--at-most",
     .value = "PERCENT",
     .description = "of the compared accounts may be disabled; default 10, or as the settings say"},
    {.name = "--apply", .value = {}, .description = "disable them; else nothing is changed"}};
constexpr std::string_view kExamples[] = {"account reconcile --store staff",
                                          "account reconcile --list staff.csv --apply",
                                          "account reconcile --apply --at-most 25"};

std::string end_of(std::string_view done, bool apply) {
    auto text = member_of(done, "people") + " names of people (" + member_of(done, "from") + "), " +
                member_of(done, "compared") + " accounts compared, " + member_of(done, "leavers") +
                " without anybody";
    if (apply) text += ", " + member_of(done, "disabled") + " disabled";
    text += ".\n";
    if (const auto notes = member_of(done, "notes"); notes != "none") text += notes + ".\n";
    if (const auto failed = member_of(done, "failed"); failed != "none") {
        text += "Not disabled: " + failed + "\n";
    }
    if (const auto why = member_of(done, "refusal"); !why.empty()) {
        text += std::string{apply ? "NOT DONE" : "It would not be done"} + ": " + why + ".\n";
    } else if (!apply) {
        text += "Nothing was changed. To disable them: --apply\n";
    }
    return text;
}

Result<RequestLine, LinkFault> request_of(const Invocation& invocation) {
    RequestLine request{"account.reconcile"};
    if (invocation.has("--store")) request.text("store", invocation.one("--store"));
    if (invocation.has("--list")) {
        // The server stands in another directory.
        std::error_code none;
        request.text("list", std::filesystem::absolute(invocation.one("--list"), none).string());
    }
    if (invocation.has("--at-most")) {
        const auto most = parse_unsigned(invocation.one("--at-most"));
        if (!most) return fail(LinkFault{Exit::usage, "--at-most takes a number of percent"});
        request.number("at_most", *most);
    }
    if (invocation.has("--apply")) request.flag("apply", true);
    return request;
}

Exit run(const Invocation& invocation, Console& console) {
    auto request = request_of(invocation);
    if (!request) return complain(request.error(), console);
    const auto link = open_link(invocation, console, Reach::server);
    if (!link) return complain(link.error(), console);
    std::vector<std::vector<std::string>> rows{{"ACCOUNT", "WHY"}};
    std::string items;
    const auto done = (*link)->ask(request->finish(), [&](std::string_view item) {
        items += (items.empty() ? "" : ",") + std::string{item};
        rows.push_back({member_of(item, "account"), member_of(item, "why")});
    });
    if (!done) return complain(done.error(), console);
    const bool apply = invocation.has("--apply");
    const bool whole = member_of(*done, "refusal").empty() && member_of(*done, "failed") == "none";
    if (invocation.json()) {
        console.out << R"({"kind":"reconciled","api_version":1,"result":)" << *done
                    << R"(,"items":[)" << items << "]}\n";
    } else {
        if (rows.size() > 1) console.out << in_columns(rows);
        if (!invocation.quiet()) console.err << end_of(*done, apply);
    }
    return whole ? Exit::ok : Exit::failed;
}

}  // namespace

constinit const Command command_account_reconcile{
    .noun = "account",
    .verb = "reconcile",
    .summary = "Find accounts whose people have left, and disable them",
    .description =
        "Compares Signet's own accounts with the people of a directory or a list, and says who "
        "would be disabled and why; --apply does it. Nothing is done if the list is empty or "
        "cannot be read whole, or if too many would be disabled. No account is ever deleted.",
    .arguments = kArguments,
    .examples = kExamples,
    .run = run};

}  // namespace signet::cli
