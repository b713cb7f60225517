// From one recipient to all that it stands for, as a machine.
//
//   Expansion expansion{table, recipient};
//   expansion.next() ──▶ Question     does an account have this address?  then answer() and next()
//                    ──▶ Mailboxes    done: each once, one at least
//                    ──▶ Trouble      the aliases lead nowhere; the machine is spent
//
// An address that leads back to itself stays itself, once: "sales: sales, bob" leaves a copy at
// sales, and of two that lead to each other the one that was written to gets the mail.  So nothing
// goes round, and nobody's mail disappears.
//
// A catch-all takes only whom nobody else has: not an account's address, nor one that [[domain]]
// lists (docs/decisions/0161).
#pragma once

#include "aliases/table.h"

#include <set>
#include <variant>

namespace signet::aliases {

enum class Trouble {
    too_many,  // addresses
    too_deep,  // aliases of aliases
    too_long,  // an address that does not fit the wire
};
std::string_view name(Trouble trouble);

struct Question {
    mail::Mailbox mailbox;
};
using Step = std::variant<Question, Mailboxes, Trouble>;

struct ExpansionLimits {
    std::size_t addresses = 10'000;  // looked at: on the way, or at the end of it
    std::size_t depth = 50;
};

// `table` outlives it.
class Expansion {
public:
    Expansion(const Table& table, mail::Mailbox recipient, ExpansionLimits limits = {});

    Step next();
    // REQUIRES: next() has asked, and was not answered yet.
    void answer(bool is_an_accounts);

private:
    struct Node {
        mail::Mailbox mailbox, folded;
        std::size_t parent = 0, depth = 0;
    };
    bool is_on_the_way_to(const Node& node) const;
    void arrive(const Node& node);
    std::optional<Trouble> go_on(std::size_t index, Table::Found found);
    std::optional<Step> visit(std::size_t index);

    const Table& table_;
    const ExpansionLimits limits_;
    std::vector<Node> nodes_;               // all that was reached, from the recipient on
    std::vector<std::size_t> open_;         // to be looked at, the next one last
    std::set<mail::Mailbox> seen_, there_;  // folded: reached, and arrived at
    Mailboxes arrived_;
    std::optional<bool> answer_;
};

}  // namespace signet::aliases
