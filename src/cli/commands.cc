// The table of commands.
#include "cli/command.h"

#include <array>

namespace signet::cli {
namespace {

constexpr Argument kGlobal[] = {
    {.name = "--config",
     .value = "FILE",
     .description = "the settings; default /etc/signet/signet.toml"},
    {.name = "--json", .value = {}, .description = "answer in JSON, for programs"},
    {.name = "--quiet", .value = {}, .description = "say nothing but what was asked for"},
    {.name = "--no-color", .value = {}, .description = "taken and needless: nothing is coloured"},
    {.name = "--help", .value = {}, .description = "explain the command"},
};

constexpr std::array kCommands{&command_dev,
                               &command_serve,
                               &command_check,
                               &command_reload,
                               &command_status,
                               &command_send,
                               &command_version,
                               &command_explain,
                               &command_help,
                               &command_account_list,
                               &command_account_show,
                               &command_account_add,
                               &command_account_set,
                               &command_account_enable,
                               &command_account_disable,
                               &command_account_delete,
                               &command_account_reset_password,
                               &command_account_sessions,
                               &command_account_reconcile,
                               &command_app_password_add,
                               &command_app_password_list,
                               &command_app_password_revoke,
                               &command_credential_list,
                               &command_credential_add,
                               &command_credential_set,
                               &command_credential_revoke,
                               &command_credential_delete,
                               &command_passwords_import_breached,
                               &command_queue_list,
                               &command_queue_show,
                               &command_queue_summary,
                               &command_queue_hold,
                               &command_queue_release,
                               &command_queue_retry,
                               &command_queue_delete,
                               &command_queue_bounce,
                               &command_queue_export,
                               &command_message_trace,
                               &command_route_test,
                               &command_route_list,
                               &command_route_login,
                               &command_route_pause,
                               &command_route_resume,
                               &command_destination_list,
                               &command_destination_pause,
                               &command_destination_resume,
                               &command_ban_list,
                               &command_ban_delete,
                               &command_store_list,
                               &command_store_migrate,
                               &command_store_test,
                               &command_issuer_list,
                               &command_issuer_test,
                               &command_pam_helper,
                               &command_audit_log_query,
                               &command_config_describe};

}  // namespace

std::span<const Command* const> commands() { return kCommands; }
std::span<const Argument> global_arguments() { return kGlobal; }

}  // namespace signet::cli
