// signet.toml(5), from the tables of the settings.
#include "base/roff.h"
#include "settings/changes.h"
#include "settings/describe.h"
#include "settings/described.h"
#include "settings/setting_text.h"

namespace signet::settings {
namespace {

constexpr std::string_view kDescription =
    "What a Signet server does is written in `/etc/signet/signet.toml`, and in byte order in the "
    "files `conf.d/*.toml` beside it. `[[listener]]` and `[[route]]` add up over all files; any "
    "other setting stands in one of them. Accounts and passwords are not settings: see `signet "
    "account` in signet(1).";

constexpr std::string_view kDurations =
    "A duration is a whole number with its unit: `\"250ms\"`, `\"30s\"`, `\"15m\"`, `\"4h\"`, "
    "`\"5d\"`.";
constexpr std::string_view kSizes =
    "A size likewise: `\"256 KiB\"`, `\"25 MiB\"`. A bare number is refused.";
constexpr std::string_view kSecrets =
    "A secret is never written down, only where it is: `{ file = \"…\" }`, `{ env = \"…\" }`, or "
    "`{ credential = \"…\" }` for a systemd credential.";
constexpr std::string_view kUnknown =
    "A key that is not known is an error. `signet check` reports every problem at once.";
constexpr std::string_view kReload =
    "`signet reload` takes up changes in a running server, except where it says here that they "
    "take effect after a restart.";

std::string item_of(const Section& section, const Key& key) {
    auto text = std::string{key.description} + " Value: " + type_text(key.type) + "; " +
                (key.required ? "required." : "default: " + default_of(section, key) + ".");
    if (needs_restart(full_name(section, key))) text += " Takes effect after a restart.";
    return roff_item(key.name, text);
}

std::string section_page(const Section& section) {
    auto page = roff_subsection(section.name.empty() ? "Top of the file" : header(section));
    page += roff(section.description) + "\n";
    if (section.name.empty()) {
        page += roff_item("version", "The form of the settings, `1`; it stands first.");
    }
    for (const auto& key : section.keys) page += item_of(section, key);
    return page + roff_example(section.example);
}

}  // namespace

std::string manual_page(std::string_view source) {
    auto page = roff_title("signet.toml", 5, source) + roff_section("NAME") +
                "signet.toml \\- the settings of the mail submission server signet(1)\n" +
                roff_section("DESCRIPTION") + roff(kDescription) + "\n";
    for (const auto form : {kDurations, kSizes, kSecrets, kUnknown, kReload})
        page += roff_paragraph(form);
    page += roff_section("SETTINGS");
    for (const auto& section : sections()) page += section_page(section);
    page += roff_section("FILES");
    page += roff_item("/etc/signet/signet.toml", "the settings");
    page += roff_item("/etc/signet/conf.d/*.toml", "more of them");
    return page + roff_section("SEE ALSO") + "signet(1)\n";
}

}  // namespace signet::settings
