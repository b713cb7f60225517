// issuer list and issuer test.
#include "cli/command.h"
#include "cli/show.h"
#include "cli/table.h"

#include <fstream>
#include <ostream>

namespace signet::cli {
namespace {

constexpr std::size_t kLongestToken = 32u
                                      << 10;  // octets; the server says it is too long, if it is

constexpr std::string_view kListExamples[] = {"issuer list", "issuer list --json"};
constexpr Argument kTestArguments[] = {
    {.name = "FILE",
     .value = {},
     .description = "that the token is in; `-`, or nothing: standard input, or asked for"},
    {.name = "--token",
     .value = "TOKEN",
     .description = "the token itself, where everybody on this machine can see it meanwhile"}};
constexpr std::string_view kTestExamples[] = {"issuer test", "issuer test token.txt",
                                              "issuer test - < token.txt", "issuer test --json -"};

std::vector<std::string> row_of(std::string_view issuer) {
    const auto trouble = member_of(issuer, "trouble"), fetched = member_of(issuer, "fetched");
    return {member_of(issuer, "name"), member_of(issuer, "url"), member_of(issuer, "keys"),
            fetched.empty() ? "never" : shown_time(fetched), trouble.empty() ? "fine" : trouble};
}

Exit list(const Invocation& invocation, Console& console) {
    const auto link = open_link(invocation, console, Reach::server);
    if (!link) return complain(link.error(), console);
    std::vector<std::vector<std::string>> rows{{"NAME", "URL", "KEYS", "FETCHED", "STATE"}};
    std::string items;
    const auto done = (*link)->ask(RequestLine{"issuer.list"}.finish(), [&](std::string_view item) {
        items += (items.empty() ? "" : ",") + std::string{item};
        rows.push_back(row_of(item));
    });
    if (!done) return complain(done.error(), console);
    if (invocation.json()) {
        console.out << R"({"kind":"issuer_list","api_version":1,"items":[)" << items << "]}\n";
        return Exit::ok;
    }
    if (rows.size() > 1) console.out << in_columns(rows);
    if (!invocation.quiet()) {
        console.err << (rows.size() > 1 ? "Next: signet issuer test FILE\n"
                                        : "No issuer is set up.\n"
                                          "Next: signet config describe issuer\n");
    }
    return Exit::ok;
}

// What people copy ends in a line feed, or begins with the word that stands before a token.
Secret bare(const Secret& copied) {
    auto text = copied.reveal();
    if (text.starts_with("Bearer ")) text.remove_prefix(7);
    const auto from = text.find_first_not_of(" \t\r\n");
    if (from == std::string_view::npos) return {};
    return Secret::copy_of(text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1));
}

Result<Secret, LinkFault> token_of(const Invocation& invocation, Console& console) {
    const auto file = invocation.one("FILE");
    if (invocation.has("--token")) {
        if (!file.empty())
            return fail(LinkFault{Exit::usage, "FILE and --token exclude each other"});
        return bare(Secret{invocation.one("--token")});
    }
    std::optional<Secret> read;
    if (!file.empty() && file != "-") {
        std::ifstream in{file};
        if (!in) return fail(LinkFault{Exit::failed, "cannot read " + file});
        read = read_secret_from(in, kLongestToken);
    } else if (file.empty() && console.in_is_terminal) {
        read = console.ask_hidden("Token: ");
        if (!read) return fail(LinkFault{Exit::usage, "no token was given"});
    } else {
        read = read_secret_from(console.in, kLongestToken);
    }
    if (!read) return fail(LinkFault{Exit::usage, "that is too long for a token"});
    auto token = bare(*read);
    if (token.empty()) return fail(LinkFault{Exit::usage, "there is no token"});
    return token;
}

void show(Console& console, const std::vector<std::string>& findings, std::string_view report) {
    for (const auto& finding : findings) {
        const bool right = member_of(finding, "right") == "yes";
        console.out << (right ? "ok     " : "WRONG  ") << member_of(finding, "sentence") << "\n";
    }
    const bool good = member_of(report, "good") == "yes";
    const auto account = member_of(report, "account");
    console.out << "\n"
                << (good ? "This token signs in as " + account + ".\n"
                         : std::string{"This token does not sign in.\n"});
}

Exit test(const Invocation& invocation, Console& console) {
    const auto token = token_of(invocation, console);
    if (!token) return complain(token.error(), console);
    const auto link = open_link(invocation, console, Reach::server);
    if (!link) return complain(link.error(), console);
    std::vector<std::string> findings;
    const auto done = (*link)->ask(RequestLine{"issuer.test"}.token(*token).finish(),
                                   [&](std::string_view item) { findings.emplace_back(item); });
    if (!done) return complain(done.error(), console);
    if (invocation.json()) {
        std::string items;
        for (const auto& one : findings) items += (items.empty() ? "" : ",") + one;
        console.out << R"({"kind":"token_test","api_version":1,"report":)" << *done
                    << R"(,"findings":[)" << items << "]}\n";
    } else {
        show(console, findings, *done);
    }
    return member_of(*done, "good") == "yes" ? Exit::ok : Exit::findings;
}

}  // namespace

constinit const Command command_issuer_list{
    .noun = "issuer",
    .verb = "list",
    .summary = "List whose OAuth tokens sign in here, and how their keys stand",
    .description = {},
    .arguments = {},
    .examples = kListExamples,
    .run = list};

constinit const Command command_issuer_test{
    .noun = "issuer",
    .verb = "test",
    .summary = "Say in sentences what is right and what is wrong with a token",
    .description =
        "Signature, key, issuer, audience, times, scopes, and the account that it would sign in "
        "as. Nobody is signed in, and the token is neither kept nor shown. Ends with 3 if it would "
        "not sign in.",
    .arguments = kTestArguments,
    .examples = kTestExamples,
    .run = test};

}  // namespace signet::cli
