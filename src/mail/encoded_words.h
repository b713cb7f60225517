// Encoded words: text that is not ASCII in a header that has to be (RFC 2047).
#pragma once

#include <string>
#include <string_view>

namespace signet::mail {

// Text for people: each encoded word of UTF-8, US-ASCII or ISO-8859-1 is decoded, the blanks
// between two of them fall away (§6.2), and everything else stays as it is, words of other charsets
// and malformed ones too.  UTF-8 without control characters, whatever came in.  Never longer than
// twice the text.
std::string decode_encoded_words(std::string_view text);

// True if an encoded word begins somewhere in the text: "=?charset?".
bool may_hold_encoded_word(std::string_view text);

}  // namespace signet::mail
