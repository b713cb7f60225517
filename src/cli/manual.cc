// signet(1), from the table of commands.
#include "app/version.h"
#include "base/roff.h"
#include "cli/help.h"

namespace signet::cli {
namespace {

constexpr std::string_view kDescription =
    "Signet is the place where mail programs, devices and applications hand in what they want to "
    "send: each proves over TLS who it is and may use its own addresses only; a message is on disk "
    "before it is accepted, and is then delivered or given to the next server. `signet serve` is "
    "that server; the other commands steer it, look at it, and try it out.";

std::string option_of(const Argument& argument) {
    auto text = std::string{argument.description};
    if (argument.required) text += " (required)";
    return roff_item(written(argument), text);
}

std::string command_page(const Command& command) {
    auto page = roff_subsection("signet " + command.name()) + roff("`" + usage_of(command) + "`") +
                "\n" + roff_paragraph(std::string{command.summary} + ".");
    if (!command.description.empty()) page += roff_paragraph(command.description);
    for (const auto& argument : command.arguments) page += option_of(argument);
    std::string lines;
    for (const auto example : command.examples) lines += "signet " + std::string{example} + "\n";
    return lines.empty() ? page : page + roff_example(lines);
}

std::string files() {
    return roff_item(kDefaultConfig, "The settings, see signet.toml(5).") +
           roff_item("/var/lib/signet",
                     "The queue, the accounts and the audit log, unless the settings say "
                     "otherwise. Back up `credential-key` there.") +
           roff_item("/run/signet/admin.sock", "Where these commands talk to the server.");
}

std::string signals() {
    return roff_item("SIGTERM, SIGINT", "`signet serve` drains and ends.") +
           roff_item("SIGHUP", "It takes up changed settings, as with `signet reload`.");
}

std::string environment() {
    return roff_item("NOTIFY_SOCKET",
                     "Where `signet serve` says that it is ready, reloads or stops, as in "
                     "sd_notify(3).") +
           roff_item("CREDENTIALS_DIRECTORY",
                     "Where `{ credential = \"…\" }` in the settings is looked for, as in "
                     "systemd.exec(5).");
}

}  // namespace

std::string manual_page() {
    auto page = roff_title("signet", 1, "Signet " + std::string{app::version()}) +
                roff_section("NAME") + "signet \\- authenticated mail submission server\n" +
                roff_section("SYNOPSIS") +
                "\\fBsignet\\fR \\fICOMMAND\\fR [\\fIARGUMENT\\fR...]\n" +
                roff_section("DESCRIPTION") + roff(kDescription) + "\n" + roff_paragraph(habits()) +
                roff_section("OPTIONS") + "With every command:\n";
    for (const auto& argument : global_arguments()) page += option_of(argument);
    page += roff_section("COMMANDS");
    for (const auto* command : commands()) page += command_page(*command);
    page += roff_section("EXIT STATUS");
    for (const auto& [code, meaning] : exit_meanings()) {
        page += roff_item(code, meaning);
    }
    page += roff_section("SIGNALS") + signals() + roff_section("ENVIRONMENT") + environment() +
            roff_section("FILES") + files();
    return page + roff_section("SEE ALSO") + "signet.toml(5)\n";
}

}  // namespace signet::cli
