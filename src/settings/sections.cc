// The table of sections, and how types and values are written.
#include "settings/address.h"
#include "settings/described.h"
#include "settings/units.h"

#include <array>

namespace signet::settings {
namespace {

std::string quoted(std::string_view text) { return "\"" + std::string{text} + "\""; }

std::string list_text(const std::vector<std::string>& items) {
    std::string text = "[";
    for (const auto& item : items) text += (text.size() > 1 ? ", " : "") + quoted(item);
    return text + "]";
}

std::string words_text(std::span<const std::string_view> words, std::string_view last) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i != 0) text += i + 1 == words.size() ? " " + std::string{last} + " " : ", ";
        text += quoted(words[i]);
    }
    return text;
}

std::string range_text(const Type& type) {
    switch (type.kind) {
    case Type::Kind::size: return quoted(size_text(type.min)) + " … " + quoted(size_text(type.max));
    case Type::Kind::duration: {
        const auto text = [](std::uint64_t ms) {
            return quoted(duration_text(milliseconds{static_cast<std::int64_t>(ms)}));
        };
        return text(type.min) + " … " + text(type.max);
    }
    default: return std::to_string(type.min) + " … " + std::to_string(type.max);
    }
}

std::string secret_text(const SecretSource& secret) {
    if (!secret.file.empty()) return "{ file = " + quoted(secret.file) + " }";
    if (!secret.env.empty()) return "{ env = " + quoted(secret.env) + " }";
    if (!secret.credential.empty()) return "{ credential = " + quoted(secret.credential) + " }";
    return secret.literal ? quoted("***") : "none";
}

struct Text {
    const Type& type;

    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(std::uint64_t number) const {
        return type.kind == Type::Kind::size ? quoted(size_text(number)) : std::to_string(number);
    }
    std::string operator()(milliseconds duration) const { return quoted(duration_text(duration)); }
    std::string operator()(const std::string& text) const {
        return text.empty() ? "none" : quoted(text);
    }
    std::string operator()(const std::vector<std::string>& items) const {
        return items.empty() ? "none" : list_text(items);
    }
    std::string operator()(const std::vector<Address>& addresses) const {
        std::vector<std::string> items;
        items.reserve(addresses.size());
        for (const auto& address : addresses) items.push_back(address_text(address));
        return (*this)(items);
    }
    std::string operator()(const Address& address) const {
        return address.ip.empty() ? "none" : quoted(address_text(address));
    }
    std::string operator()(const SecretSource& secret) const { return secret_text(secret); }
    std::string operator()(const std::vector<IpNetwork>& networks) const {
        std::vector<std::string> items;
        items.reserve(networks.size());
        for (const auto& network : networks) items.push_back(network.text());
        return (*this)(items);
    }
    std::string operator()(const Rate& rate) const { return quoted(rate_text(rate)); }
};

}  // namespace

std::span<const Section> sections() {
    static const std::array all{section_top,
                                section_tls,
                                section_certificate,
                                section_listener,
                                section_network,
                                section_domain,
                                section_aliases,
                                section_auth,
                                section_sign_in,
                                section_act_as,
                                section_client_certificates,
                                section_issuer,
                                section_passwords,
                                section_store,
                                section_reconcile,
                                section_guessing,
                                section_limits,
                                section_account_limits,
                                section_policy,
                                section_storage,
                                section_route,
                                section_dns,
                                section_queue,
                                section_log,
                                section_audit,
                                section_admin,
                                section_metrics};
    return all;
}

const Section* find_section(std::string_view name) {
    for (const auto& section : sections()) {
        if (section.name == name) return &section;
    }
    return nullptr;
}

std::string type_text(const Type& type) {
    switch (type.kind) {
    case Type::Kind::text: return "a string";
    case Type::Kind::lines: return "a string, over several lines if you like";
    case Type::Kind::texts: return "a string or a list of strings";
    case Type::Kind::name: return "a name of a-z, 0-9, -, _ and .";
    case Type::Kind::host: return "a host name";
    case Type::Kind::https_url: return "an https address";
    case Type::Kind::date: return "a date, \"2027-05-01\"";
    case Type::Kind::path: return "a path";
    case Type::Kind::paths: return "a path or a list of paths";
    case Type::Kind::choice: return words_text(type.words(), "or");
    case Type::Kind::choices: return "a list of " + words_text(type.words(), "and");
    case Type::Kind::domains: return "a domain or a list of domains";
    case Type::Kind::flag: return "true or false";
    case Type::Kind::count: return "a number, " + range_text(type);
    case Type::Kind::size: return "a size, " + range_text(type);
    case Type::Kind::duration: return "a duration, " + range_text(type);
    case Type::Kind::addresses: return "a list of \"IP:port\"";
    case Type::Kind::host_ports: return "\"host:port\" or a list of them";
    case Type::Kind::lmtp_hosts: return "a path, \"host:port\", or a list of them";
    case Type::Kind::db_hosts: return "\"host\", \"host:port\", a directory, or a list of them";
    case Type::Kind::ldap_urls: return "\"ldaps://host\" or a list of them";
    case Type::Kind::attributes: return "a list of names of attributes";
    case Type::Kind::ips: return "an IPv4 address, an IPv6 address, or one of each";
    case Type::Kind::secret: return "{ file = \"…\" }, { env = \"…\" } or { credential = \"…\" }";
    case Type::Kind::names: return "a list of names of a-z, 0-9, -, _ and .";
    case Type::Kind::networks: return "a list of networks: \"192.0.2.0/24\", \"2001:db8::/32\"";
    case Type::Kind::rate: return "a rate, \"100/1h\", or \"none\"";
    case Type::Kind::mailboxes: return "a list of addresses; `*@example.com` is all of a domain";
    case Type::Kind::senders:
        return "a list of addresses; `*@example.com` is all of a domain, `<>` the null sender";
    case Type::Kind::accounts: return "a list of names; `*` stands for any characters";
    case Type::Kind::local_parts: return "a list of local parts; `*` is all";
    }
    std::unreachable();
}

std::string value_text(const Type& type, const Value& value) {
    return std::visit(Text{type}, value);
}

}  // namespace signet::settings
