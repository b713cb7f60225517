// Policy: facts in, verdict out.  A check is a pure function; what needs I/O is in the Facts.
//
// To add a check: src/policy/check_<name>.cc, its _test.cc, and its line in checks.cc.
#pragma once

#include "identity/login.h"
#include "mail/envelope.h"

#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace signet::policy {

enum class Stage {
    mail,
    rcpt,
    data
};

struct Facts {
    const identity::Login* login = nullptr;  // never null on a submission listener after AUTH
    mail::ReversePath sender;
    std::vector<mail::Mailbox> recipients;  // rcpt: the last is the one being judged
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

struct Verdict {
    Decision decision;
    std::string rule;  // the check that decided; empty for Pass
};

struct Check {
    std::string_view name;
    Stage stage;
    Decision (*judge)(const Facts&);
};

std::span<const Check> checks();
// The first that does not pass decides.
Verdict judge(Stage stage, const Facts& facts);

}  // namespace signet::policy
