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

extern const Command command_account_add;
extern const Command command_account_delete;
extern const Command command_account_disable;
extern const Command command_account_enable;
extern const Command command_account_list;
extern const Command command_account_reset_password;
extern const Command command_account_reconcile;
extern const Command command_account_sessions;
extern const Command command_account_set;
extern const Command command_account_show;
extern const Command command_app_password_add;
extern const Command command_app_password_list;
extern const Command command_app_password_revoke;
extern const Command command_audit_log_query;
extern const Command command_ban_delete;
extern const Command command_ban_list;
extern const Command command_check;
extern const Command command_config_describe;
extern const Command command_credential_add;
extern const Command command_credential_delete;
extern const Command command_credential_list;
extern const Command command_credential_revoke;
extern const Command command_credential_set;
extern const Command command_destination_list;
extern const Command command_destination_pause;
extern const Command command_destination_resume;
extern const Command command_dev;
extern const Command command_explain;
extern const Command command_help;
extern const Command command_issuer_list;
extern const Command command_issuer_test;
extern const Command command_message_trace;
extern const Command command_pam_helper;
extern const Command command_passwords_import_breached;
extern const Command command_queue_bounce;
extern const Command command_queue_delete;
extern const Command command_queue_export;
extern const Command command_queue_hold;
extern const Command command_queue_list;
extern const Command command_queue_release;
extern const Command command_queue_retry;
extern const Command command_queue_show;
extern const Command command_queue_summary;
extern const Command command_reload;
extern const Command command_route_list;
extern const Command command_route_login;
extern const Command command_route_pause;
extern const Command command_route_resume;
extern const Command command_route_test;
extern const Command command_send;
extern const Command command_serve;
extern const Command command_status;
extern const Command command_store_list;
extern const Command command_store_migrate;
extern const Command command_store_test;
extern const Command command_version;

}  // namespace signet::cli
