// [log], [audit] and [admin]: how the server is watched and steered.
#include "settings/described.h"

namespace signet::settings {
namespace {

constexpr std::string_view kLevels[] = {"error", "warning", "notice", "info", "debug"};
constexpr std::string_view kFormats[] = {"text", "json"};
constexpr std::string_view kUnknownUsers[] = {"hashed", "full"};

constexpr Key kLogKeys[] = {
    key<&LogSettings::level>("level", choice(kLevels),
                             "The least important kind of line that is written."),
    key<&LogSettings::format>("format", choice(kFormats),
                              "`text` for people, `json` for machines: one object a line."),
    key<&LogSettings::unknown_users>(
        "unknown_users", choice(kUnknownUsers),
        "What the audit log keeps of a user name that no account has, where people type passwords "
        "by mistake: `hashed` is two characters and a keyed digest, `full` the name.")};

constexpr Key kAuditKeys[] = {with_default(
    key<&AuditSettings::directory>("directory", of_kind(Type::Kind::path),
                                   "Directory of the audit log (audit.ndjson and older files)."),
    "`audit` below storage.path")};

constexpr Key kAdminKeys[] = {key<&AdminSettings::socket>(
    "socket", of_kind(Type::Kind::path),
    "The Unix socket that `signet account`, `signet queue` and `signet status` talk to; root, the "
    "server's own user and members of the group `signet-admin` may.")};

}  // namespace

constinit const Section section_log{
    .name = "log",
    .description = "The operations log, on standard error.",
    .keys = kLogKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.log; },
    .example = "[log]\nformat = \"json\"\n"};

constinit const Section section_audit{
    .name = "audit",
    .description = "The record of who did what.",
    .keys = kAuditKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.audit; },
    .example = "[audit]\ndirectory = \"/var/log/signet/audit\"\n"};

constinit const Section section_admin{
    .name = "admin",
    .description = "How the running server is steered.",
    .keys = kAdminKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.admin; },
    .example = "[admin]\nsocket = \"/run/signet/admin.sock\"\n"};

}  // namespace signet::settings
