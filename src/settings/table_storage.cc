#include "settings/described.h"

namespace signet::settings {
namespace {

constexpr Key kKeys[] = {
    key<&StorageSettings::path>(
        "path", of_kind(Type::Kind::path),
        "Directory of the queue, the accounts and the audit log; only the server should be able "
        "to enter it."),
    with_default(key<&StorageSettings::credential_key>(
                     "credential_key", of_kind(Type::Kind::secret),
                     "The key that seals what the account database knows of passwords: 32 octets "
                     "as 64 hexadecimal digits. Keep a copy: without it nobody can sign in."),
                 "the file `credential-key` below storage.path, made at the first start")};

}  // namespace

constinit const Section section_storage{
    .name = "storage",
    .description = "Where the server keeps what must not be lost.",
    .keys = kKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.storage; },
    .example = "[storage]\npath = \"/var/lib/signet\"\n"};

}  // namespace signet::settings
