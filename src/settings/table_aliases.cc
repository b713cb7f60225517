#include "settings/described.h"

namespace signet::settings {
namespace {

constexpr Key kKeys[] = {key<&AliasSettings::files>(
    "files", of_kind(Type::Kind::paths),
    "Files in the form of aliases(5) or virtual(5) of Postfix; the text, not a database made of "
    "it.")};

}  // namespace

constinit const Section section_aliases{
    .name = "aliases",
    .description =
        "Other names of recipients: `name: target, target`. A name without a domain counts at each "
        "[[domain]] and at `hostname`, `ann@example.com` for itself, `@example.com` for whoever is "
        "not known there. Read at the start and at each reload.",
    .keys = kKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.aliases; },
    .example = "[aliases]\nfiles = [\"/etc/signet/aliases\", \"/etc/signet/virtual\"]\n"};

}  // namespace signet::settings
