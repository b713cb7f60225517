#include "settings/described.h"

namespace signet::settings {
namespace {

constexpr Key kKeys[] = {key<&StorageSettings::path>(
    "path", of_kind(Type::Kind::path),
    "Directory of the queue, the accounts and the audit log; only the server should be able "
    "to enter it.")};

}  // namespace

constinit const Section section_storage{
    .name = "storage",
    .description = "Where the server keeps what must not be lost.",
    .keys = kKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.storage; },
    .example = "[storage]\npath = \"/var/lib/signet\"\n"};

}  // namespace signet::settings
