#include "mail/quoted_printable.h"

#include "base/entropy.h"
#include "base/text.h"

#include <gtest/gtest.h>

namespace signet::mail {
namespace {

int value_of(char hex) { return hex <= '9' ? hex - '0' : hex - 'A' + 10; }

// A reader of its own, as RFC 2045 §6.7 describes it.
std::string read(std::string_view encoded) {
    std::string text;
    for (std::size_t i = 0; i < encoded.size(); ++i) {
        if (encoded[i] != '=') {
            text += encoded[i];
            continue;
        }
        const bool soft = encoded.substr(i + 1, 2) == "\r\n";
        if (!soft)
            text += static_cast<char>(value_of(encoded[i + 1]) << 4 | value_of(encoded[i + 2]));
        i += 2;
    }
    return text;
}

TEST(QuotedPrintable, IsWhatTheRfcSays) {
    struct Case {
        std::string text, encoded;
    };
    const Case cases[] = {
        {"", ""},
        {"plain text.\r\n", "plain text.\r\n"},
        {"a=b", "a=3Db"},
        {"gr\xC3\xBC\xC3\x9F"
         "e\r\n",
         "gr=C3=BC=C3=9Fe\r\n"},
        {"blank \r\ntab\t\r\nat the end ", "blank=20\r\ntab=09\r\nat the end=20"},
        {"a\rb\nc", "a=0Db=0Ac"},
        {std::string(75, 'x'), std::string(75, 'x')},
        {std::string(77, 'x'), std::string(75, 'x') + "=\r\nxx"},
    };
    for (const auto& c : cases) EXPECT_EQ(quoted_printable(c.text), c.encoded);
}

TEST(QuotedPrintable, AnyOctetsComeBackAndNoLineIsTooLongOrEightBit) {
    SeededEntropy entropy{3};
    for (int round = 0; round < 300; ++round) {
        std::string text;
        for (auto left = draw(entropy) % 400; left > 0; --left) {
            const auto chance = draw(entropy);
            text += chance % 9 == 0 ? "\r\n" : std::string(1, static_cast<char>(chance >> 8));
        }
        const auto encoded = quoted_printable(text);
        EXPECT_EQ(read(encoded), text);
        for (const auto line : split(encoded, '\n')) {
            EXPECT_LE(line.size(), 77u);  // with the CR
            for (const char c : trim(line, "\r")) EXPECT_TRUE((c >= ' ' && c <= '~') || c == '\t');
        }
    }
}

}  // namespace
}  // namespace signet::mail
