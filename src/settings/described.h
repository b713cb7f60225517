// A setting, described once: from this come the parser, the default, `signet config describe` and
// docs/reference/signet.toml.md.
//
// To add a setting: a field in snapshot.h and its line in the table_*.cc of its section.
// To add a section: table_<name>.cc, its declaration below, and its line in sections.cc.
#pragma once

#include "settings/snapshot.h"

#include <limits>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace signet::settings {

struct Type {
    enum class Kind {
        text,         // a string
        lines,        // a string that may go over several lines
        texts,        // a list of strings
        name,         // 1 … 64 of a-z 0-9 - _ .
        host,         // a host name
        https_url,    // "https://idp.example/token"
        date,         // "2027-05-01"
        path,         // of a file or directory
        paths,        // a list of them
        choice,       // one of words()
        choices,      // a list of some of words(), each once
        domains,      // a list of domain patterns
        flag,         // true or false
        count,        // an integer, min … max
        size,         // "25 MiB"; min … max in octets
        duration,     // "15m"; min … max in milliseconds
        addresses,    // a list of "IP:port"
        host_ports,   // a list of "smtp.example.net:465"
        lmtp_hosts,   // a list of "host:port" or paths of Unix sockets
        ldap_urls,    // a list of "ldaps://dc1.example.com"
        db_hosts,     // a list of "host:port" or directories of Unix sockets
        attributes,   // a list of names of LDAP attributes
        ips,          // a list of IP addresses, one of a family at most
        secret,       // { file = … }, { env = … } or { credential = … }
        names,        // a list of names
        networks,     // a list of "192.0.2.0/24"
        rate,         // "100/1h", or "none"
        mailboxes,    // a list of "ann@example.com" or "*@example.com"
        local_parts,  // a list of local parts, or "*"
        senders,      // as mailboxes; "<>" too
        accounts,     // a list of patterns of account names: "*" stands for any octets
    };
    Kind kind = Kind::text;
    std::uint64_t min = 0, max = std::numeric_limits<std::uint64_t>::max();
    // Written here, or known to a table elsewhere.
    std::span<const std::string_view> fixed = {};
    std::span<const std::string_view> (*listed)() = nullptr;

    std::span<const std::string_view> words() const { return listed ? listed() : fixed; }
};

constexpr Type of_kind(Type::Kind kind) { return {.kind = kind}; }
constexpr Type count(std::uint64_t min, std::uint64_t max) {
    return {.kind = Type::Kind::count, .min = min, .max = max};
}
constexpr Type size(std::uint64_t min, std::uint64_t max) {
    return {.kind = Type::Kind::size, .min = min, .max = max};
}
constexpr Type duration(milliseconds min, milliseconds max) {
    return {.kind = Type::Kind::duration,
            .min = static_cast<std::uint64_t>(min.count()),
            .max = static_cast<std::uint64_t>(max.count())};
}
constexpr Type choice(std::span<const std::string_view> words) {
    return {.kind = Type::Kind::choice, .fixed = words};
}
constexpr Type choices(std::span<const std::string_view> (*listed)()) {
    return {.kind = Type::Kind::choices, .listed = listed};
}

// What a checked value is while it is on its way from the text to its field.
// text, lines, name, host, https_url, date, path, choice → string; choices, paths, domains, ips,
// lmtp_hosts, db_hosts → list of strings; host_ports → list of Addresses whose ip may be a name;
// size, count → number; names, mailboxes, local_parts, senders, accounts → list of strings.
using Value =
    std::variant<bool, std::uint64_t, milliseconds, std::string, std::vector<std::string>,
                 std::vector<Address>, Address, SecretSource, std::vector<IpNetwork>, Rate>;

struct Key {
    std::string_view name;  // "cache_life"; a dot goes into a table: "auth.user"
    Type type;
    std::string_view description;            // one sentence
    void (*set)(void* record, Value value);  // REQUIRES: the alternative that belongs to `type`
    Value (*get)(const void* record);
    bool required = false;
    std::string_view default_text = {};  // where the default is not a constant, in words
};

struct Section {
    std::string_view name;  // "auth"; empty: the top of the file
    bool repeated = false;  // [[listener]]: may occur any number of times
    std::string_view description;
    std::span<const Key> keys;
    void* (*record)(Snapshot&);  // the record of this section; a repeated one gains an element
    std::string_view example;    // TOML that is valid in a file with the required keys
    // Of a repeated section, whose first key is a string that names a record: the record of that
    // index; null behind the last.
    const void* (*item)(const Snapshot&, std::size_t index) = nullptr;
};

// In the order of the manual.
std::span<const Section> sections();
const Section* find_section(std::string_view name);

extern const Section section_top, section_tls, section_certificate, section_listener,
    section_sign_in, section_act_as, section_client_certificates, section_network, section_domain,
    section_store, section_aliases, section_auth, section_issuer, section_passwords,
    section_reconcile, section_guessing, section_limits, section_account_limits, section_policy,
    section_storage, section_route, section_dns, section_queue, section_log, section_audit,
    section_admin, section_metrics;

// ---- making a Key from a member pointer ----//
// -----------------------------------------------------------

template <class Record, class Field>
Record record_of(Field Record::*);
template <class Record, class Field>
Field field_of(Field Record::*);

template <class Field>
Field field_from(Value value) {
    if constexpr (std::is_same_v<Field, seconds>) {
        return std::chrono::floor<seconds>(std::get<milliseconds>(value));
    } else if constexpr (std::is_same_v<Field, unsigned>) {
        return static_cast<unsigned>(
            std::get<std::uint64_t>(value));  // Type::max keeps it in range
    } else {
        return std::get<Field>(std::move(value));
    }
}

template <class Field>
Value value_from(const Field& field) {
    if constexpr (std::is_same_v<Field, seconds>) {
        return milliseconds{field};
    } else if constexpr (std::is_same_v<Field, unsigned>) {
        return std::uint64_t{field};
    } else {
        return field;
    }
}

// key<&AuthSettings::cache_life>("cache_life", duration(…), "…")
template <auto Member>
constexpr Key key(std::string_view name, Type type, std::string_view description) {
    using Record = decltype(record_of(Member));
    using Field = decltype(field_of(Member));
    return {.name = name,
            .type = type,
            .description = description,
            .set =
                [](void* record, Value value) {
                    static_cast<Record*>(record)->*Member = field_from<Field>(std::move(value));
                },
            .get = [](const void* record) -> Value {
                return value_from(static_cast<const Record*>(record)->*Member);
            }};
}

// As key<>, for a field of a record inside the section's own:
// inner_key<&LimitSettings::pace, &Pace::idle>("idle", duration(…), "…")
template <auto Part, auto Member>
constexpr Key inner_key(std::string_view name, Type type, std::string_view description) {
    using Record = decltype(record_of(Part));
    using Field = decltype(field_of(Member));
    return {.name = name,
            .type = type,
            .description = description,
            .set =
                [](void* record, Value value) {
                    (static_cast<Record*>(record)->*Part).*Member =
                        field_from<Field>(std::move(value));
                },
            .get = [](const void* record) -> Value {
                return value_from((static_cast<const Record*>(record)->*Part).*Member);
            }};
}

constexpr Key required(Key key) {
    key.required = true;
    return key;
}
constexpr Key with_default(Key key, std::string_view text) {
    key.default_text = text;
    return key;
}

// For Section::item.
template <class Record>
const void* item_of(const std::vector<Record>& records, std::size_t index) {
    return index < records.size() ? &records[index] : nullptr;
}

// One sentence of what may be written: `a duration, "1s" … "1h"`.
std::string type_text(const Type& type);
// As it would be written in the file; "none" for nothing.
std::string value_text(const Type& type, const Value& value);

}  // namespace signet::settings
