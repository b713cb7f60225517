// What is wrong with the settings, said so that it can be put right.
//
//   error[E0102]: unknown key `mechansims` in [auth]
//     --> /etc/signet/signet.toml:19:1
//      |
//   19 | mechansims = ["PLAIN", "LOGIN"]
//      | ^^^^^^^^^^ did you mean `mechanisms`?
//      = note: keys allowed in [auth]: mechanisms, …
//      = more: signet explain E0102
//
// Codes: E0001 no text at all, E01xx the text, E02xx one value, E03xx several values together,
// W03xx what works but is not safe or not meant.  Each is explained in codes.cc.
#pragma once

#include <compare>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signet::settings {

enum class Severity {
    error,
    warning
};
std::string_view name(Severity severity);

// Unit: lines and columns count from 1, columns in characters; end_column is one behind the last.
// line 0: the file as a whole.  line_text: the line, free of control characters and secrets.
struct Place {
    std::string file;
    unsigned line = 0, column = 0, end_line = 0, end_column = 0;
    std::string line_text;
};

struct Suggestion {
    std::string replace, with;
};

struct Problem {
    std::string code;
    Severity severity = Severity::error;
    std::string message;  // one line, without a full stop
    Place place;
    std::string label;               // behind the caret; may be empty
    std::vector<std::string> notes;  // one line each
    std::optional<Suggestion> suggestion;
};

bool has_error(std::span<const Problem> problems);

// Where each setting was written: "auth.cache_life", "listener[0].bind".  A setting that is not
// there has its default.
struct Places {
    std::map<std::string, Place, std::less<>> written;
    std::set<std::string, std::less<>> spoiled;  // written, but wrong: its default stands in
    std::string main_file;

    // The place of `path`, or of what surrounds it, or the main file as a whole.
    Place of(std::string_view path) const;
    bool is_spoiled(std::string_view path) const { return spoiled.contains(path); }
};

// As shown above; a blank line between two.  Without colour.
std::string render(const Problem& problem);
std::string render(std::span<const Problem> problems);
// "1 error, 1 warning"; "no problems" for none.
std::string summary(std::span<const Problem> problems);

// [{code,severity,message,file,line,column,end_line,end_column,suggestion:{replace,with},notes,doc}]
// A problem of the whole file has neither line nor column.
std::string problems_json(std::span<const Problem> problems);

}  // namespace signet::settings
