#include "mail/folded_field.h"

namespace signet::mail {

void FoldedField::add(std::string_view phrase) {
    constexpr std::size_t kLineOctets = 78;  // without the CRLF
    if (text_.size() - line_begin_ + 1 + phrase.size() > kLineOctets) {
        text_ += "\r\n";
        line_begin_ = text_.size();
        text_ += '\t';
    } else {
        text_ += ' ';
    }
    text_ += phrase;
}

}  // namespace signet::mail
