#include "settings/described.h"

namespace signet::settings {
namespace {

constexpr Key kKeys[] = {
    with_default(key<&ReconcileSettings::store>(
                     "store", of_kind(Type::Kind::text),
                     "A [[store]] of kind `ldap`, whose people are all that there are."),
                 "none"),
    with_default(key<&ReconcileSettings::list>(
                     "list", of_kind(Type::Kind::path),
                     "A file that names everybody who is still there, one account or address a "
                     "line, or CSV of which the first column does."),
                 "none"),
    with_default(key<&ReconcileSettings::at>("at", of_kind(Type::Kind::text),
                                             "When accounts of people who left are disabled every "
                                             "day: \"02:30\", local time."),
                 "only when `signet account reconcile` asks"),
    key<&ReconcileSettings::at_most>(
        "at_most", count(0, 100),
        "How many percent of the compared accounts may be disabled at once; if it would be more, "
        "none is, since a list that lost its people looks just like that."),
    with_default(key<&ReconcileSettings::domains>(
                     "domains", of_kind(Type::Kind::domains),
                     "Only accounts whose names are in these domains are compared."),
                 "all are"),
    with_default(key<&ReconcileSettings::except>(
                     "except", of_kind(Type::Kind::accounts),
                     "Accounts that no person stands behind and that are left alone: printers, "
                     "shops; `*` stands for any text."),
                 "none")};

}  // namespace

constinit const Section section_reconcile{
    .name = "reconcile",
    .description =
        "How Signet's own accounts are kept in step with a list of the people who are still there. "
        "An account that nobody on it stands behind is disabled, and never deleted.",
    .keys = kKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.reconcile; },
    .example =
        "[reconcile]\nlist    = \"/etc/signet/staff.csv\"\nat      = \"02:30\"\n"
        "except  = [\"printer-*\", \"shop\"]\n"};

}  // namespace signet::settings
