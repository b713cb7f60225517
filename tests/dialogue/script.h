// A dialogue script, read.  README.md defines the format; dialogue.py reads it too.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signet::dialogue {

struct Statement {
    enum class Kind {
        send,
        reply,
        some_line,
        no_line,
        secure,
        proven,
        tls,
        split,
        closed
    };
    Kind kind;
    std::string text;  // send: octets, all resolved; reply, some_line, no_line: what is expected
    std::size_t line = 0;
};

struct Limit {
    std::string name;
    std::size_t value = 0;
};

struct Script {
    std::string role;  // "submission", "submissions" or "mx"
    bool as_written = false;
    std::vector<Limit> limits;
    std::vector<Statement> statements;
};

struct Names {
    std::string user, password, sender, recipient;
};

struct Problem {
    std::size_t line;
    std::string what;
};

// Either the script or the first problem.
struct Parsed {
    std::optional<Script> script;
    Problem problem;
};
Parsed parse_script(std::string_view text, const Names& names);

// Names, functions and escapes resolved; nullopt if one is not known.
std::optional<std::string> resolve(std::string_view text, const Names& names);

// Whether a whole reply, its lines with their CRLF, fits what an S: line expects.
bool reply_fits(std::string_view reply, std::string_view expected);
// Whether a line of it begins with the words, behind code and status.
bool has_line(std::string_view reply, std::string_view words);

}  // namespace signet::dialogue
