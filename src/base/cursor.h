// Reads a text from left to right.  Every take either succeeds and moves, or leaves the cursor
// where it was: a parser is then the grammar, written down.
#pragma once

#include "base/text.h"

#include <string_view>

namespace signet {

class Cursor {
public:
    explicit Cursor(std::string_view text) : text_(text) {}

    std::size_t offset() const { return at_; }
    std::string_view rest() const { return text_.substr(at_); }
    bool at_end() const { return at_ == text_.size(); }
    char peek() const { return at_end() ? '\0' : text_[at_]; }  // NUL at the end
    void rewind(std::size_t offset) { at_ = offset; }

    // The word, without regard to case.
    bool take(std::string_view word) {
        if (!starts_nocase(rest(), word)) return false;
        at_ += word.size();
        return true;
    }
    bool take(char c) {
        if (at_end() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    // What stands before the first of `stops` (or the end), which stays; may be empty.
    std::string_view take_until(std::string_view stops) {
        const auto part = rest().substr(0, rest().find_first_of(stops));
        at_ += part.size();
        return part;
    }
    template <class Predicate>
    std::string_view take_while(Predicate wanted) {
        const auto from = at_;
        while (!at_end() && wanted(text_[at_])) ++at_;
        return text_.substr(from, at_ - from);
    }

private:
    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace signet
