#include "sasl/mechanism.h"
#include "settings/described.h"

namespace signet::settings {
namespace {

constexpr Key kRuleKeys[] = {
    required(key<&SignInSettings::name>("name", of_kind(Type::Kind::name),
                                        "What you call this rule; each has its own.")),
    required(key<&SignInSettings::mechanisms>("mechanisms", choices(sasl::mechanism_names),
                                              "The SASL mechanisms that may be used.")),
    with_default(key<&SignInSettings::listeners>("listeners", of_kind(Type::Kind::names),
                                                 "The names of the listeners that it is for."),
                 "every listener"),
    with_default(key<&SignInSettings::from>("from", of_kind(Type::Kind::networks),
                                            "Where clients come from that it is for."),
                 "anywhere"),
    with_default(key<&SignInSettings::accounts>(
                     "accounts", of_kind(Type::Kind::accounts),
                     "The accounts that it is for; `*` stands for any characters."),
                 "every account"),
    with_default(key<&SignInSettings::groups>("groups", of_kind(Type::Kind::names),
                                              "The groups of accounts that it is for."),
                 "in a group or not")};

constexpr Key kActKeys[] = {
    required(key<&ActAsSettings::name>("name", of_kind(Type::Kind::name),
                                       "What you call this rule; each has its own.")),
    key<&ActAsSettings::accounts>("accounts", of_kind(Type::Kind::accounts),
                                  "Who may act as another account; `*` stands for any characters."),
    key<&ActAsSettings::groups>("groups", of_kind(Type::Kind::names),
                                "The groups whose accounts may."),
    required(key<&ActAsSettings::as>(
        "as", of_kind(Type::Kind::accounts),
        "As whom: the accounts that a client may name as its authorization identity."))};

}  // namespace

constinit const Section section_sign_in{
    .name = "sign_in",
    .repeated = true,
    .description =
        "By which mechanisms some may sign in who are not as the others. The first rule that fits "
        "decides, and where none does `auth.mechanisms`. A client is offered what anybody may use "
        "who comes by its listener and network; whoever then signs in by a mechanism that is not "
        "for his account is refused with 534.",
    .keys = kRuleKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.sign_in.emplace_back(); },
    .example =
        "[[sign_in]]\nname       = \"printers\"\nfrom       = [\"192.168.20.0/24\"]\n"
        "accounts   = [\"printer-*\"]\nmechanisms = [\"EXTERNAL\", \"PLAIN\", \"LOGIN\"]\n",
    .item = [](const Snapshot& snapshot,
               std::size_t index) { return item_of(snapshot.sign_in, index); }};

constinit const Section section_act_as{
    .name = "act_as",
    .repeated = true,
    .description =
        "Who may act as whom: a client that proves to be one account and names another one as its "
        "authorization identity then sends as that one. Without such a rule nobody may.",
    .keys = kActKeys,
    .record = [](Snapshot& snapshot) -> void* { return &snapshot.act_as.emplace_back(); },
    .example =
        "[[act_as]]\nname   = \"assistants\"\ngroups = [\"assistants\"]\n"
        "as     = [\"director@example.com\"]\n",
    .item = [](const Snapshot& snapshot,
               std::size_t index) { return item_of(snapshot.act_as, index); }};

}  // namespace signet::settings
