// A command of the program, described once: from this come parsing, help, the spelling hints and
// docs/reference/cli.md.
//
// To add a command: command_<name>.cc, its declaration below, and its line in commands.cc.
#pragma once

#include "cli/console.h"
#include "cli/exit.h"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signet::cli {

struct Argument {
    std::string_view name;   // "--address"; or "NAME", one that is told by its position
    std::string_view value;  // "ADDRESS"; empty: a flag, or an argument told by its position
    std::string_view description;
    bool required = false;
    bool repeated = false;

    bool positional() const { return !name.starts_with("--"); }
    bool flag() const { return !positional() && value.empty(); }
};

// What was written on the command line, checked against the Arguments of the command.
class Invocation {
public:
    bool has(std::string_view name) const { return values_.contains(name); }
    // The (last) value; empty if it was not written.
    std::string one(std::string_view name) const;
    const std::vector<std::string>& all(std::string_view name) const;
    bool json() const { return has("--json"); }
    bool quiet() const { return has("--quiet"); }
    std::string config() const;  // --config, or its default

    void add(std::string_view name, std::string value);

private:
    std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

struct Command {
    std::string_view noun;         // "account"; empty: a bare verb
    std::string_view verb;         // "add"
    std::string_view summary;      // one line, without a full stop
    std::string_view description;  // sentences; may be empty
    std::span<const Argument> arguments;
    std::span<const std::string_view> examples;  // what follows "signet "
    Exit (*run)(const Invocation&, Console&);

    std::string name() const;  // "account add"
};

std::span<const Command* const> commands();    // in the order of the manual
std::span<const Argument> global_arguments();  // --config, --json, …
constexpr std::string_view kDefaultConfig = "/etc/signet/signet.toml";

extern const Command command_account_add, command_account_delete, command_account_disable,
    command_account_enable, command_account_list, command_account_reset_password,
    command_account_set, command_account_show, command_audit_log_query, command_check,
    command_destination_list, command_destination_pause, command_destination_resume,
    command_ban_delete, command_ban_list, command_config_describe, command_dev, command_explain,
    command_help, command_issuer_list, command_issuer_test, command_queue_bounce, command_queue_delete, command_queue_hold,
    command_message_trace, command_queue_export, command_queue_list, command_queue_release,
    command_queue_retry, command_queue_show, command_queue_summary, command_reload,
    command_route_list, command_route_login, command_route_pause, command_route_resume, command_route_test, command_send,
    command_serve, command_status, command_store_list, command_store_test, command_version;

}  // namespace signet::cli
