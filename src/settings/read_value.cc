#include "settings/read_value.h"

#include "base/text.h"
#include "settings/address.h"
#include "settings/read_text.h"
#include "settings/spelling.h"
#include "settings/units.h"

#include <algorithm>

namespace signet::settings {
namespace {

constexpr std::size_t kMaxItems = 1'000;
constexpr std::size_t kMaxTextOctets = 4'096;

std::string quoted(std::string_view text) { return "\"" + std::string{text} + "\""; }
std::string code_quoted(std::string_view text) { return "`" + sanitised(text, 100) + "`"; }

class ValueReader {
public:
    ValueReader(const Type& type, std::string_view key, Findings& findings)
        : type_(type), key_(key), findings_(findings) {}

    std::optional<Value> read(const Node& node);

private:
    std::optional<Value> flag(const Node& node);
    std::optional<Value> count(const Node& node);
    std::optional<Value> size(const Node& node);
    std::optional<Value> duration(const Node& node);
    std::optional<Value> text(const Node& node);
    std::optional<Value> texts(const Node& node);
    template <class Item, class Parse>
    std::optional<Value> items_of(const Node& node, Parse parse, std::string_view what,
                                  const char* example);
    std::optional<Value> addresses(const Node& node);
    std::optional<Value> host_ports(const Node& node);
    std::optional<Value> hosts_or_paths(const Node& node, std::uint16_t port, const char* example);
    std::optional<Value> ips(const Node& node);
    std::optional<Value> secret(const Node& node);
    std::optional<Value> networks(const Node& node);
    std::optional<Value> rate(const Node& node);

    std::optional<std::string> one_text(const Node& node);
    std::optional<std::string> checked_text(const Node& node);
    std::optional<std::string> word(const Node& node);
    std::optional<std::vector<const Node*>> list(const Node& node);
    template <class Field>
    bool secret_field(const Entry& entry, SecretSource& source, Field field);
    bool in_range(std::uint64_t value, const Node& node);
    std::nullopt_t needs_unit(const Node& node, std::uint64_t number);
    std::nullopt_t wrong_kind(const Node& node);
    std::nullopt_t wrong(std::string code, std::string message, const Node& node,
                         std::string label = {});
    void suggest(const Node& node, std::string with);

    const Type& type_;
    std::string_view key_;
    Findings& findings_;
};

std::nullopt_t ValueReader::wrong(std::string code, std::string message, const Node& node,
                                  std::string label) {
    findings_.problems.push_back({.code = std::move(code),
                                  .message = std::move(message),
                                  .place = node.place,
                                  .label = std::move(label),
                                  .notes = {},
                                  .suggestion = {}});
    return std::nullopt;
}

// Adds to the last problem what to write instead.
void ValueReader::suggest(const Node& node, std::string with) {
    auto& problem = findings_.problems.back();
    problem.label = "write " + with;
    auto written = node.kind == Node::Kind::text ? quoted(node.text) : std::to_string(node.integer);
    problem.suggestion = Suggestion{std::move(written), std::move(with)};
}

std::nullopt_t ValueReader::wrong_kind(const Node& node) {
    return wrong("E0104", code_quoted(key_) + " cannot be " + std::string{name(node.kind)}, node,
                 "expected " + type_text(type_));
}

bool ValueReader::in_range(std::uint64_t value, const Node& node) {
    if (value >= type_.min && value <= type_.max) return true;
    const auto what = value < type_.min ? "too small" : "too large";
    wrong("E0202", code_quoted(key_) + " is " + what, node, "expected " + type_text(type_));
    return false;
}

std::optional<Value> ValueReader::flag(const Node& node) {
    if (node.kind != Node::Kind::flag) return wrong_kind(node);
    return node.flag;
}

std::optional<Value> ValueReader::count(const Node& node) {
    if (node.kind != Node::Kind::integer) return wrong_kind(node);
    if (node.integer < 0) {
        return wrong("E0202", code_quoted(key_) + " is below zero", node,
                     "expected " + type_text(type_));
    }
    const auto number = static_cast<std::uint64_t>(node.integer);
    if (!in_range(number, node)) return {};
    return number;
}

// 120 where "120s" was meant: never guessed silently, since it might have been milliseconds.
std::nullopt_t ValueReader::needs_unit(const Node& node, std::uint64_t number) {
    wrong("E0203", code_quoted(key_) + " needs a unit", node);
    if (type_.kind == Type::Kind::size) {
        suggest(node, quoted(size_text(number)));
    } else if (const auto text = std::to_string(number) + "s"; parse_duration(text)) {
        suggest(node, quoted(text));
    }
    return std::nullopt;
}

std::optional<Value> ValueReader::size(const Node& node) {
    if (node.kind == Node::Kind::integer && node.integer >= 0) {
        return needs_unit(node, static_cast<std::uint64_t>(node.integer));
    }
    if (node.kind != Node::Kind::text) return wrong_kind(node);
    if (const auto octets = parse_size(node.text)) {
        if (!in_range(*octets, node)) return {};
        return *octets;
    }
    if (const auto bare = parse_unsigned(trim(node.text))) return needs_unit(node, *bare);
    wrong("E0204", code_quoted(node.text) + " is not a size", node,
          "a size is a number with B, KiB, MiB, GiB or TiB");
    if (const auto meant = likely_size(node.text); !meant.empty()) suggest(node, quoted(meant));
    return {};
}

std::optional<Value> ValueReader::duration(const Node& node) {
    if (node.kind == Node::Kind::integer && node.integer >= 0) {
        return needs_unit(node, static_cast<std::uint64_t>(node.integer));
    }
    if (node.kind != Node::Kind::text) return wrong_kind(node);
    if (const auto span = parse_duration(node.text)) {
        if (!in_range(static_cast<std::uint64_t>(span->count()), node)) return {};
        return *span;
    }
    if (const auto bare = parse_unsigned(trim(node.text))) return needs_unit(node, *bare);
    wrong("E0204", code_quoted(node.text) + " is not a duration", node,
          "a duration is a number with ms, s, m, h or d");
    if (const auto meant = likely_duration(node.text); !meant.empty()) {
        suggest(node, quoted(meant));
    }
    return {};
}

std::optional<std::string> ValueReader::one_text(const Node& node) {
    if (node.kind != Node::Kind::text) return wrong_kind(node);
    if (node.text.empty()) return wrong("E0207", code_quoted(key_) + " is empty", node);
    if (node.text.size() > kMaxTextOctets) {
        return wrong("E0207", code_quoted(key_) + " is longer than 4096 octets", node);
    }
    const std::string_view blanks = type_.kind == Type::Kind::lines ? "\t\r\n" : "";
    if (std::ranges::any_of(node.text, [&](char c) {
            return (static_cast<unsigned char>(c) < 0x20 && !blanks.contains(c)) || c == 0x7F;
        })) {
        return wrong("E0207", code_quoted(key_) + " contains a control character", node);
    }
    return node.text;
}

std::optional<std::string> ValueReader::word(const Node& node) {
    if (node.kind != Node::Kind::text) return wrong_kind(node);
    for (const auto known : type_.words()) {
        if (equal_nocase(known, node.text)) return std::string{known};
    }
    wrong("E0201", code_quoted(node.text) + " is not known for " + code_quoted(key_), node,
          "expected " + type_text(type_));
    if (const auto meant = nearest(node.text, type_.words()); !meant.empty()) {
        suggest(node, quoted(meant));
        findings_.problems.back().label = "did you mean " + quoted(meant) + "?";
        findings_.problems.back().notes.push_back("expected " + type_text(type_));
    }
    return {};
}

// One string of the kinds text, name, host, path and choice, and of those that are lists of
// strings.
std::optional<std::string> ValueReader::checked_text(const Node& node) {
    const auto kind = type_.kind;
    if (kind == Type::Kind::choice || kind == Type::Kind::choices) return word(node);
    auto value = one_text(node);
    if (!value || kind == Type::Kind::text || kind == Type::Kind::lines ||
        kind == Type::Kind::texts || kind == Type::Kind::path || kind == Type::Kind::paths) {
        return value;
    }
    auto read = read_text(kind, *value);
    if (read) return std::move(*read);
    return wrong(read.error().code, code_quoted(*value) + " is not " + read.error().what, node,
                 read.error().example);
}

std::optional<Value> ValueReader::text(const Node& node) {
    auto checked = checked_text(node);
    if (!checked) return {};
    return std::move(*checked);
}

// A list; one string alone is a list of one.
std::optional<std::vector<const Node*>> ValueReader::list(const Node& node) {
    std::vector<const Node*> items;
    if (node.kind == Node::Kind::text) return std::vector{&node};
    if (node.kind != Node::Kind::list) return wrong_kind(node);
    if (node.items.empty()) {
        return wrong("E0207", code_quoted(key_) + " is an empty list", node,
                     "leave it out for the default");
    }
    if (node.items.size() > kMaxItems) {
        return wrong("E0207", code_quoted(key_) + " has more than 1000 items", node);
    }
    items.reserve(node.items.size());
    for (const auto& item : node.items) items.push_back(&item);
    return items;
}

std::optional<Value> ValueReader::texts(const Node& node) {
    const auto items = list(node);
    if (!items) return {};
    std::vector<std::string> all;
    bool good = true;
    for (const auto* item : *items) {
        auto checked = checked_text(*item);
        if (checked && std::ranges::count(all, *checked) != 0) {
            wrong("E0208", code_quoted(*checked) + " stands twice in " + code_quoted(key_), *item,
                  "leave one out");
            good = false;
        }
        good = good && checked;
        if (checked) all.push_back(std::move(*checked));
    }
    if (!good) return {};
    return all;
}

// A list of what `parse` makes of texts.
template <class Item, class Parse>
std::optional<Value> ValueReader::items_of(const Node& node, Parse parse, std::string_view what,
                                           const char* example) {
    const auto items = list(node);
    if (!items) return {};
    std::vector<Item> all;
    bool good = true;
    for (const auto* item : *items) {
        const auto text = one_text(*item);
        const auto value = text ? parse(*text) : std::nullopt;
        if (text && !value) {
            wrong("E0205", code_quoted(*text) + " is not " + std::string{what}, *item, example);
        }
        good = good && value;
        if (value) all.push_back(*value);
    }
    if (!good) return {};
    return all;
}

std::optional<Value> ValueReader::addresses(const Node& node) {
    return items_of<Address>(node, parse_address, "an address and port",
                             "for example \"0.0.0.0:587\", \"127.0.0.1:587\" or \"[::]:587\"");
}

std::optional<Value> ValueReader::host_ports(const Node& node) {
    constexpr std::uint16_t kSubmission = 587;
    return items_of<Address>(
        node, [](std::string_view text) { return parse_host_and_port(text, kSubmission); },
        "a host and port", "for example \"smtp.example.net:465\"");
}

std::optional<Value> ValueReader::hosts_or_paths(const Node& node, std::uint16_t port,
                                                 const char* example) {
    return items_of<std::string>(
        node,
        [port](std::string_view text) -> std::optional<std::string> {
            if (text.starts_with('/')) return std::string{text};
            const auto address = parse_host_and_port(text, port);
            return address ? std::optional{address_text(*address)} : std::nullopt;
        },
        "a path or a host and port", example);
}

std::optional<Value> ValueReader::ips(const Node& node) {
    auto all =
        items_of<std::string>(node, canonical_ip, "an IP address", "for example \"192.0.2.1\"");
    if (!all) return {};
    const auto is_v6 = [](const std::string& ip) { return ip.contains(':'); };
    const auto& ips = std::get<std::vector<std::string>>(*all);
    if (ips.size() < 2 || (ips.size() == 2 && is_v6(ips[0]) != is_v6(ips[1]))) return all;
    return wrong("E0207", code_quoted(key_) + " has two addresses of a family", node,
                 "expected " + type_text(type_));
}

std::optional<Value> ValueReader::networks(const Node& node) {
    return items_of<IpNetwork>(node, parse_network, "a network",
                               "for example \"192.0.2.0/24\", \"2001:db8::/32\" or one address");
}

std::optional<Value> ValueReader::rate(const Node& node) {
    if (node.kind != Node::Kind::text) return wrong_kind(node);
    if (const auto rate = parse_rate(node.text)) return *rate;
    return wrong("E0204", code_quoted(node.text) + " is not a rate", node,
                 "a rate is a number, a slash and a duration: \"100/1h\"; or \"none\"");
}

template <class Field>
bool ValueReader::secret_field(const Entry& entry, SecretSource& source, Field field) {
    auto text = one_text(entry.value);
    if (text) source.*field = std::move(*text);
    return text.has_value();
}

std::optional<Value> ValueReader::secret(const Node& node) {
    SecretSource source;
    if (node.kind == Node::Kind::text) {
        findings_.hidden.push_back({node.place.file, node.place.line, node.place.column,
                                    node.place.end_line == node.place.line
                                        ? node.place.end_column
                                        : std::numeric_limits<unsigned>::max()});
        if (!one_text(node)) return {};
        wrong("W0312", "secret written in the file", node,
              "move it: { file = \"/etc/signet/secrets/…\" }");
        findings_.problems.back().severity = Severity::warning;
        source.literal = std::make_shared<const Secret>(Secret::copy_of(node.text));
        return source;
    }
    if (node.kind != Node::Kind::table) return wrong_kind(node);
    if (node.entries.size() != 1) {
        return wrong("E0206", code_quoted(key_) + " needs exactly one source", node,
                     "expected " + type_text(type_));
    }
    const auto& entry = node.entries.front();
    bool good = false;
    if (entry.key == "file")
        good = secret_field(entry, source, &SecretSource::file);
    else if (entry.key == "env")
        good = secret_field(entry, source, &SecretSource::env);
    else if (entry.key == "credential")
        good = secret_field(entry, source, &SecretSource::credential);
    else
        wrong("E0206", "a secret has no source " + code_quoted(entry.key), node,
              "expected " + type_text(type_));
    if (!good) return {};
    return source;
}

std::optional<Value> ValueReader::read(const Node& node) {
    switch (type_.kind) {
    case Type::Kind::text:
    case Type::Kind::lines:
    case Type::Kind::name:
    case Type::Kind::host:
    case Type::Kind::https_url:
    case Type::Kind::date:
    case Type::Kind::path:
    case Type::Kind::choice: return text(node);
    case Type::Kind::choices:
    case Type::Kind::texts:
    case Type::Kind::paths:
    case Type::Kind::names:
    case Type::Kind::ldap_urls:
    case Type::Kind::attributes:
    case Type::Kind::mailboxes:
    case Type::Kind::local_parts:
    case Type::Kind::senders:
    case Type::Kind::accounts:
    case Type::Kind::domains: return texts(node);
    case Type::Kind::flag: return flag(node);
    case Type::Kind::count: return count(node);
    case Type::Kind::size: return size(node);
    case Type::Kind::duration: return duration(node);
    case Type::Kind::addresses: return addresses(node);
    case Type::Kind::host_ports: return host_ports(node);
    case Type::Kind::lmtp_hosts:
        return hosts_or_paths(node, kLmtpPort,
                              "for example \"/run/dovecot/lmtp\" or \"127.0.0.1:24\"");
    case Type::Kind::db_hosts:
        return hosts_or_paths(node, kPostgresPort,
                              "for example \"/run/postgresql\" or \"db1.example.com:5432\"");
    case Type::Kind::ips: return ips(node);
    case Type::Kind::secret: return secret(node);
    case Type::Kind::networks: return networks(node);
    case Type::Kind::rate: return rate(node);
    }
    std::unreachable();
}

}  // namespace

std::optional<Value> read_value(const Node& node, const Type& type, std::string_view key,
                                Findings& findings) {
    return ValueReader{type, key, findings}.read(node);
}

}  // namespace signet::settings
