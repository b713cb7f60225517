// One entry of an alias file.
#pragma once

#include "mail/mailbox.h"

#include <compare>
#include <string>
#include <vector>

namespace signet::aliases {

// Where mail goes: an empty part is the recipient's own, so that "ann" is Ann at the domain that
// was written to, and "@new.example" is the same name there.  Not both are empty.
struct Target {
    std::string local_part;  // unquoted, as it was written
    std::string domain;      // as mail::Mailbox keeps it
    auto operator<=>(const Target&) const = default;
};

// Whom it is for.  Without a local part: whoever is otherwise unknown at the domain (a catch-all).
// Without a domain: that name at each domain of ours.  Not both are empty.
struct Key {
    std::string local_part;  // folded: mail::Mailbox::folded
    std::string domain;
    auto operator<=>(const Key&) const = default;

    bool is_catch_all() const { return local_part.empty(); }
    // "ann", "ann@example.com", "@example.com"
    std::string text() const {
        if (is_catch_all()) return "@" + domain;
        return mail::Mailbox{local_part, domain}.text();
    }
};

struct Alias {
    Key key;
    std::vector<Target> targets;  // one at least
    auto operator<=>(const Alias&) const = default;
};

}  // namespace signet::aliases
