#include "settings/describe.h"

#include "settings/changes.h"
#include "settings/described.h"
#include "settings/setting_text.h"

#include <boost/json.hpp>

namespace signet::settings {
namespace {

std::string indented(std::string_view text, std::string_view by) {
    std::string result;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        result += std::string{by} + std::string{line} + "\n";
        text.remove_prefix(std::min(text.size(), line.size() + 1));
    }
    return result;
}

// Broken at blanks, so that it can be read in 80 columns.
std::string wrapped(std::string_view text, std::string_view by) {
    constexpr std::size_t kWidth = 78;
    std::string result, line{by};
    while (!text.empty()) {
        const auto word = text.substr(0, text.find(' '));
        text.remove_prefix(std::min(text.size(), word.size() + 1));
        if (line.size() + 1 + word.size() > kWidth && line.size() > by.size()) {
            result += line + "\n";
            line = by;
        }
        if (line.size() > by.size()) line += ' ';
        line += word;
    }
    return result + line + "\n";
}

std::string key_text(const Section& section, const Key& key) {
    return full_name(section, key) + "\n" + wrapped(key.description, "    ") +
           "    Value:   " + type_text(key.type) + "\n    Default: " + default_of(section, key) +
           (needs_restart(full_name(section, key)) ? "\n    Takes effect after a restart\n" : "\n");
}

std::string section_text(const Section& section) {
    auto text = header(section) + "\n" + wrapped(section.description, "    ") + "\n";
    for (const auto& key : section.keys) text += key_text(section, key) + "\n";
    return text + "Example\n" + indented(section.example, "    ");
}

// A key alone is found by its full name, and by its last part when only one key has that.
struct Found {
    const Section* section = nullptr;
    const Key* key = nullptr;
};
std::vector<Found> find(std::string_view name) {
    std::vector<Found> by_part;
    for (const auto& section : sections()) {
        for (const auto& key : section.keys) {
            if (full_name(section, key) == name) return {{&section, &key}};
            if (key.name == name) by_part.push_back({&section, &key});
        }
    }
    return by_part;
}

boost::json::object json_of(const Section& section, const Key& key) {
    return {{"key", full_name(section, key)}, {"section", section.name},
            {"type", type_text(key.type)},    {"default", default_of(section, key)},
            {"required", key.required},       {"restart", needs_restart(full_name(section, key))},
            {"description", key.description}};
}

std::string table_row(const Section& section, const Key& key) {
    const auto cell = [](std::string text) {
        for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) {
            text.insert(at, "\\");
        }
        return text;
    };
    auto value = default_of(section, key);
    const bool in_words = key.required || !key.default_text.empty() || value == "none";
    if (!in_words) value = "`" + value + "`";
    if (key.required) value = "**required**";
    return "| `" + std::string{key.name} + "` | " + cell(type_text(key.type)) + " | " +
           cell(value) + " | " + cell(std::string{key.description}) +
           (needs_restart(full_name(section, key)) ? " *After a restart.*" : "") + " |\n";
}

}  // namespace

std::optional<std::string> describe(std::string_view key) {
    if (key.empty()) {
        std::string all;
        for (const auto& section : sections()) {
            all += (all.empty() ? "" : "\n\n") + section_text(section);
        }
        return all;
    }
    if (const auto* section = find_section(key)) return section_text(*section);
    std::string text;
    for (const auto& found : find(key)) {
        text += (text.empty() ? "" : "\n") + key_text(*found.section, *found.key);
    }
    if (text.empty()) return {};
    return text;
}

std::string describe_json(std::string_view key) {
    boost::json::array all;
    const auto* wanted = key.empty() ? nullptr : find_section(key);
    for (const auto& section : sections()) {
        if (!key.empty() && wanted != &section) continue;
        for (const auto& each : section.keys) all.push_back(json_of(section, each));
    }
    if (all.empty()) {
        for (const auto& found : find(key)) all.push_back(json_of(*found.section, *found.key));
    }
    return boost::json::serialize(all);
}

std::vector<std::string> all_keys() {
    std::vector<std::string> names;
    for (const auto& section : sections()) {
        for (const auto& key : section.keys) names.push_back(full_name(section, key));
    }
    return names;
}

std::string sample() {
    std::string text;
    for (const auto& section : sections()) {
        text += (text.empty() ? "" : "\n") + std::string{section.example};
    }
    return text;
}

std::string reference_page() {
    std::string page =
        "# signet.toml\n\n"
        "<!-- Generated from src/settings/table_*.cc by `signet config describe --markdown`. "
        "-->\n\n"
        "The settings of Signet: `/etc/signet/signet.toml`, and in byte order the files "
        "`conf.d/*.toml` beside it. `[[listener]]` and `[[route]]` add up over all files; any "
        "other setting stands in one of them. Accounts and passwords are not settings: see "
        "`signet account`.\n\n"
        "- A duration is a whole number with its unit: `\"250ms\"`, `\"30s\"`, `\"15m\"`, "
        "`\"4h\"`, `\"5d\"`.\n"
        "- A size likewise: `\"256 KiB\"`, `\"25 MiB\"`. A bare number is refused.\n"
        "- A secret is never written down, only where it is: `{ file = \"…\" }`, "
        "`{ env = \"…\" }`, or `{ credential = \"…\" }` for a systemd credential.\n"
        "- A key that is not known is an error. `signet check` reports every problem at once.\n"
        "- `signet reload` takes up changes in a running server; a key marked *After a restart* "
        "stays as it was until then.\n";
    for (const auto& section : sections()) {
        page += "\n## " + (section.name.empty() ? "Top of the file" : "`" + header(section) + "`") +
                "\n\n" + std::string{section.description} +
                "\n\n| Key | Value | Default | Meaning |\n|---|---|---|---|\n";
        if (section.name.empty()) {
            page +=
                "| `version` | `1` | **required** | The form of the settings; it stands first. "
                "|\n";
        }
        for (const auto& key : section.keys) page += table_row(section, key);
        page += "\n```toml\n" + std::string{section.example} + "```\n";
    }
    return page;
}

}  // namespace signet::settings
