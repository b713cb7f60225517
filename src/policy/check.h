// Policy: facts in, verdict out.  A check is a pure function; what needs I/O is in the Facts.
//
// To add a check: src/policy/check_<name>.cc, its _test.cc, and its line in checks.cc.
#pragma once

#include "identity/login.h"
#include "mail/envelope.h"
#include "policy/header_facts.h"

#include <chrono>
#include <concepts>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace signet::policy {

enum class Stage {
    mail,
    rcpt,
    data,  // the header is complete, nothing of the message is kept yet
};

// A recipient, and what was found out about it.
struct Addressee {
    mail::Mailbox mailbox;
    bool local = false;           // of a domain of ours ([[domain]]), or "<Postmaster>"
    std::optional<bool> known{};  // whether it exists, if it is local; nullopt: nobody can say
};

struct Facts {
    const identity::Login* login = nullptr;  // null: nobody has proven who they are
    bool open = false;  // a listener of role mx: strangers may write to our domains
    mail::ReversePath sender{};
    const Addressee* recipient = nullptr;    // stage rcpt: the one being judged
    unsigned unknown_recipients = 0;         // stage rcpt: named before it in this transaction
    const HeaderFacts* header = nullptr;     // stage data
    bool owned_header = true;                // setting policy.header_from = "owned"
    std::vector<std::string> our_domains{};  // stage data, for a stranger's message; lower case
};

// Pass is no opinion; nothing accepts, so the order of checks cannot open a hole.
struct Pass {};
struct Defer {
    int code = 451;
    std::string status, text;
};
struct Reject {
    int code = 550;
    std::string status, text;
};
using Decision = std::variant<Pass, Defer, Reject>;

// What else is to be done, whatever is decided.
struct Slow {  // the reply waits
    std::chrono::milliseconds by{};
};
struct Tag {  // a header field, put in front of the message
    std::string name, value;
    std::string field() const { return name + ": " + value + "\r\n"; }
};
using Effect = std::variant<Slow, Tag>;

// What one check says.
struct Opinion {
    template <class D>
        requires std::constructible_from<Decision, D>
    Opinion(D decided, std::vector<Effect> wanted = {})
        : decision(std::move(decided)), effects(std::move(wanted)) {}

    Decision decision;
    std::vector<Effect> effects;
};

struct Verdict {
    Decision decision{};
    std::string rule{};             // the check that decided; empty for Pass
    std::vector<Effect> effects{};  // of all that were asked

    bool passes() const { return std::holds_alternative<Pass>(decision); }
};

struct Check {
    std::string_view name;
    Stage stage;
    Opinion (*judge)(const Facts&);
};

std::span<const Check> checks();
// The first that does not pass decides.
Verdict judge(Stage stage, const Facts& facts);

}  // namespace signet::policy
