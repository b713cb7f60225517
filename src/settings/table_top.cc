#include "settings/described.h"

namespace signet::settings {
namespace {

constexpr Key kKeys[] = {
    required(key<&Snapshot::hostname>(
        "hostname", of_kind(Type::Kind::host),
        "The name this server calls itself in its greeting and in Received fields; its certificate "
        "should carry it.")),
    key<&Snapshot::trace_client_address>(
        "trace_client_address", of_kind(Type::Kind::flag),
        "Writes the client's address into the Received field of each message, where every "
        "recipient can read it.")};

}  // namespace

constinit const Section section_top{
    .name = "",
    .description =
        "The first lines of the file, before any section. `version = 1` comes first and "
        "says which form of settings the file is written in.",
    .keys = kKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot; },
    .example = "version  = 1\nhostname = \"mail.example.com\"\n"};

}  // namespace signet::settings
