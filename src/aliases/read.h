// Alias files: aliases(5) and virtual(5), in one file or in several.
//
//   # a comment
//   postmaster: root                          at each domain of ours
//   root:       ann@example.com,
//               bob@example.org               a line that begins with a blank goes on
//   sales@example.com  ann, bob@example.org   without the colon, as virtual(5) has it
//   @example.com: info                        whoever is not known there
//   @old.example: @new.example                the same name there
//
// Names are quoted where they need it: "ann smith": ann.  What would run a program, write a file or
// read another one is no target here but a fault: docs/decisions/0160.
//
// Pure function; memory and work are bounded by the text and its limits.
#pragma once

#include "aliases/alias.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace signet::aliases {

struct Fault {
    enum class Kind {
        no_target,       // "root:"
        bad_key,         // no name and no address: "a b@", "*"
        bad_target,      // no name and no address: "<ann@example.com>"
        no_comma,        // two targets side by side; a comment behind one
        unclosed_quote,  // a quote that does not end in its line
        stray_line,      // a line that goes on where nothing has begun
        domain_line,     // virtual(5): "example.com anything"
        pattern,         // "/^root@/ ann": a regular expression
        program,         // "|command"
        file,            // "/var/mail/x", "/dev/null"
        directive,       // ":include:/path", and Exim's ":fail:" and others
        line_too_long,
        too_large,  // the text as a whole
        too_many,   // entries or targets; the rest was not read
        control,    // an octet that is no text
    };
    Kind kind = Kind::bad_key;
    std::size_t offset = 0, size = 0;  // of the part of the text that it is about, in one line
    auto operator<=>(const Fault&) const = default;
};

struct Limits {
    std::size_t octets = 16u << 20;
    std::size_t line_octets = 64u << 10;
    std::size_t aliases = 200'000;
    std::size_t targets = 500'000;  // of all together
    std::size_t faults = 100;       // then reading ends
};

struct Read {
    struct Entry {
        Alias alias;
        std::size_t offset = 0, size = 0;  // of its key, as written
    };
    std::vector<Entry> entries;  // in the order of the text; those without a fault
    std::vector<Fault> faults;   // empty: the entries are all of it
};

Read read_aliases(std::string_view text, const Limits& limits = {});

}  // namespace signet::aliases
