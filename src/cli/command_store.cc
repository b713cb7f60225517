// store list, store migrate and store test.
#include "cli/command.h"
#include "cli/show.h"
#include "cli/table.h"

#include <boost/json.hpp>

#include <ostream>

namespace signet::cli {
namespace {

constexpr std::size_t kLongestPassword = 4'096;

constexpr std::string_view kListExamples[] = {"store list", "store list --json"};
constexpr Argument kMigrateArguments[] = {{.name = "NAME",
                                           .value = {},
                                           .description = "of the store, as `store list` shows it",
                                           .required = true}};
constexpr std::string_view kMigrateExamples[] = {"store migrate accounts"};
constexpr Argument kTestArguments[] = {{.name = "NAME",
                                        .value = {},
                                        .description = "of the store, as `store list` shows it",
                                        .required = true},
                                       {.name = "LOGIN",
                                        .value = {},
                                        .description = "what a client would sign in with",
                                        .required = true},
                                       {.name = "--password-stdin",
                                        .value = {},
                                        .description = "read the password from standard input"}};
constexpr std::string_view kTestExamples[] = {
    "store test staff ann@example.com",
    "store test staff ann@example.com --password-stdin < password-file"};

std::string texts_of(std::string_view object, std::string_view name, std::string_view between) {
    boost::system::error_code failed;
    const auto value = boost::json::parse(object, failed);
    const auto* members = failed ? nullptr : value.if_object();
    const auto* list = members ? members->if_contains(name) : nullptr;
    std::string text;
    if (list == nullptr || !list->is_array()) return text;
    for (const auto& one : list->get_array()) {
        if (!one.is_string()) continue;
        text += (text.empty() ? "" : std::string{between}) + std::string{one.get_string()};
    }
    return text;
}

std::vector<std::string> row_of(std::string_view store) {
    const auto domains = texts_of(store, "domains", " ");
    return {member_of(store, "name"), member_of(store, "type"),
            domains.empty() ? "every login" : domains, member_of(store, "state")};
}

Exit list(const Invocation& invocation, Console& console) {
    const auto link = open_link(invocation, console, Reach::server);
    if (!link) return complain(link.error(), console);
    std::vector<std::vector<std::string>> rows{{"NAME", "KIND", "SERVES", "STATE"}};
    std::string items;
    const auto done = (*link)->ask(RequestLine{"store.list"}.finish(), [&](std::string_view item) {
        items += (items.empty() ? "" : ",") + std::string{item};
        rows.push_back(row_of(item));
    });
    if (!done) return complain(done.error(), console);
    if (invocation.json()) {
        console.out << R"({"kind":"store_list","api_version":1,"items":[)" << items << "]}\n";
        return Exit::ok;
    }
    console.out << in_columns(rows);
    if (!invocation.quiet()) console.err << "Next: signet store test NAME LOGIN\n";
    return Exit::ok;
}

Result<Secret, LinkFault> password_from(const Invocation& invocation, Console& console) {
    if (invocation.has("--password-stdin") || !console.in_is_terminal) {
        auto password = read_secret_from(console.in, kLongestPassword);
        if (!password) return fail(LinkFault{Exit::usage, "the password is too long"});
        return std::move(*password);
    }
    auto typed = console.ask_hidden("Password: ");
    if (!typed) return fail(LinkFault{Exit::usage, "no password was given"});
    return std::move(*typed);
}

Exit test(const Invocation& invocation, Console& console) {
    auto password = password_from(invocation, console);
    if (!password) return complain(password.error(), console);
    const auto link = open_link(invocation, console, Reach::server);
    if (!link) return complain(link.error(), console);
    RequestLine request{"store.test"};
    request.text("name", invocation.one("NAME")).text("login", invocation.one("LOGIN"));
    request.password(*password);
    const auto trial = (*link)->ask(request.finish(), [](std::string_view) {});
    if (!trial) return complain(trial.error(), console);
    const auto outcome = member_of(*trial, "outcome");
    if (invocation.json()) {
        console.out << *trial << "\n";
    } else {
        console.out << texts_of(*trial, "steps", "\n") << "\n" << outcome << "\n";
    }
    return outcome == "granted" ? Exit::ok : Exit::failed;
}

Exit migrate(const Invocation& invocation, Console& console) {
    const auto link = open_link(invocation, console, Reach::server);
    if (!link) return complain(link.error(), console);
    RequestLine request{"store.migrate"};
    request.text("name", invocation.one("NAME"));
    const auto done = (*link)->ask(request.finish(), [](std::string_view) {});
    if (!done) return complain(done.error(), console);
    const bool made = member_of(*done, "done") == "yes";
    if (invocation.json()) {
        console.out << *done << "\n";
    } else {
        console.out << texts_of(*done, "steps", "\n") << "\n" << (made ? "done" : "failed") << "\n";
    }
    return made ? Exit::ok : Exit::failed;
}

}  // namespace

constinit const Command command_store_migrate{
    .noun = "store",
    .verb = "migrate",
    .summary = "Make the tables that Signet keeps in a database, or bring them up to date",
    .description =
        "For a store of kind postgresql without a query. Each step is done once, whoever begins, "
        "and all of them or none. The server's role must be allowed to make them.",
    .arguments = kMigrateArguments,
    .examples = kMigrateExamples,
    .run = migrate};

constinit const Command command_store_list{
    .noun = "store",
    .verb = "list",
    .summary = "List the credential stores",
    .description = "In the order in which a login is looked for in them.",
    .arguments = {},
    .examples = kListExamples,
    .run = list};

constinit const Command command_store_test{
    .noun = "store",
    .verb = "test",
    .summary = "Try a sign-in with one store, and say what happens step by step",
    .description =
        "The running server does it, so that its own rights, names and certificates count. The "
        "password is asked for without echo or comes on standard input. Exit 0: it would be let "
        "in.",
    .arguments = kTestArguments,
    .examples = kTestExamples,
    .run = test};

}  // namespace signet::cli
