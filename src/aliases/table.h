// The aliases in force: immutable, swapped whole with the settings they belong to.
#pragma once

#include "aliases/alias.h"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace signet::aliases {

using Mailboxes = std::vector<mail::Mailbox>;

// Names without a domain count at these.
struct OurDomain {
    std::string name;                  // lower case
    std::set<std::string> recipients;  // folded local parts that exist without an account
    auto operator<=>(const OurDomain&) const = default;
};

// Safe for concurrent use.
class Table {
public:
    Table() = default;  // no aliases
    // REQUIRES: each key is there once, and its domain is one of `domains`, or empty.
    Table(std::vector<OurDomain> domains, std::vector<Alias> aliases);

    // What a mailbox stands for, in one step.
    struct Found {
        Mailboxes targets;
        // No alias has the name itself: only whoever is otherwise unknown is meant.
        bool catch_all = false;
        bool complete = true;  // false: a target would be longer than an address can be
    };
    // The mailbox itself, then without what follows a "+" in it, first at its domain, then at each;
    // last the catch-all of its domain (the order of Postfix's virtual(5)).  nullopt: no alias.
    std::optional<Found> find(const mail::Mailbox& mailbox) const;
    // [[domain]] says that it exists.
    bool lists(const mail::Mailbox& mailbox) const;

    bool empty() const { return aliases_.empty(); }
    std::size_t size() const { return aliases_.size(); }
    std::size_t catch_alls() const;
    const std::vector<Alias>& aliases() const { return aliases_; }  // by their keys
    friend bool operator==(const Table& a, const Table& b) {
        return a.aliases_ == b.aliases_ && a.domains_ == b.domains_;
    }

private:
    const Alias* at(std::string_view local_part, std::string_view domain) const;
    const OurDomain* domain_of(const mail::Mailbox& mailbox) const;

    std::vector<OurDomain> domains_;
    std::vector<Alias> aliases_;
    std::unordered_map<std::string, std::size_t> by_key_;  // to the place in aliases_
};

using TablePtr = std::shared_ptr<const Table>;  // never null
TablePtr no_aliases();

}  // namespace signet::aliases
