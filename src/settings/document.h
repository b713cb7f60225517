// A TOML document as a tree with places.  toml++ is behind this header (toml_document.cc).
#pragma once

#include "settings/problem.h"

#include <cstdint>
#include <string>
#include <vector>

namespace signet::settings {

struct SourceText {
    std::string path;  // as shown to people
    std::string text;
};

struct Entry;

struct Node {
    enum class Kind {
        text,
        integer,
        real,
        flag,
        time,
        list,
        table
    };
    Kind kind = Kind::table;
    Place place;
    std::string text;
    std::int64_t integer = 0;
    bool flag = false;
    bool list_of_tables = false;  // written as [[name]]
    std::vector<Node> items;
    std::vector<Entry> entries;  // in the order of the file
};

struct Entry {
    std::string key;
    Place place;  // of the key
    Node value;
};

std::string_view name(Node::Kind kind);  // "a string", "a number", …

// A part of a line that nobody may see again: a literal secret.  Unit as in Place.
struct Hidden {
    std::string file;
    unsigned line = 0, column = 0, end_column = 0;
};

struct Document {
    Node root;
    bool complete = true;  // false: a line could not be read, so what is missing may be there
};

constexpr std::size_t kMaxTextOctets = 1u << 20;

// What cannot be read is left out and reported: E0101 (not TOML), E0106 (a key twice), E0109
// (too large).  After the first fault of syntax the rest is read if it can be.
Document read_document(const SourceText& source, std::vector<Problem>& problems);

// The line of a file as it may be shown: tabs as blanks, control characters replaced.
std::string shown_line(std::string_view text, unsigned line);
// Replaces the hidden parts in the line of `place` by "***".
void hide(std::span<const Hidden> hidden, Place& place);

}  // namespace signet::settings
