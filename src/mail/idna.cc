#include "mail/idna.h"

#include "base/text.h"

#include <unicode/uchar.h>
#include <unicode/uidna.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace signet::mail {
namespace {

constexpr std::size_t kDomainOctets = 1'024;  // of a U-label form; the A-label form has 255

std::string joined(const char16_t* units, std::int32_t length) {
    std::string text(static_cast<std::size_t>(length) * 3, '\0');
    UErrorCode error = U_ZERO_ERROR;
    std::int32_t octets = 0;
    u_strToUTF8(text.data(), static_cast<std::int32_t>(text.size()), &octets, units, length,
                &error);
    text.resize(U_SUCCESS(error) ? static_cast<std::size_t>(octets) : 0);
    return text;
}

// REQUIRES: is_utf8(text)
std::u16string units_of(std::string_view text) {
    std::u16string units(text.size(), u'\0');
    UErrorCode error = U_ZERO_ERROR;
    std::int32_t length = 0;
    u_strFromUTF8(units.data(), static_cast<std::int32_t>(units.size()), &length, text.data(),
                  static_cast<std::int32_t>(text.size()), &error);
    units.resize(U_SUCCESS(error) ? static_cast<std::size_t>(length) : 0);
    return units;
}

// Normal form C; nothing in it grows beyond three times its length (Unicode Annex 15).
std::optional<std::u16string> normalised(const std::u16string& units) {
    UErrorCode error = U_ZERO_ERROR;
    const auto* nfc = unorm2_getNFCInstance(&error);
    std::u16string made(units.size() * 3 + 8, u'\0');
    const auto length =
        U_SUCCESS(error)
            ? unorm2_normalize(nfc, units.data(), static_cast<std::int32_t>(units.size()),
                               made.data(), static_cast<std::int32_t>(made.size()), &error)
            : 0;
    if (U_FAILURE(error)) return {};
    made.resize(static_cast<std::size_t>(length));
    return made;
}

std::optional<std::u16string> lowered(const std::u16string& units) {
    UErrorCode error = U_ZERO_ERROR;
    std::u16string made(units.size() * 3 + 8, u'\0');
    const auto length =
        u_strToLower(made.data(), static_cast<std::int32_t>(made.size()), units.data(),
                     static_cast<std::int32_t>(units.size()), "", &error);
    if (U_FAILURE(error)) return {};
    made.resize(static_cast<std::size_t>(length));
    return made;
}

// Opened once, never closed: it holds no memory worth giving back, and sessions use it to the end.
const UIDNA* uts46() {
    static const UIDNA* const opened = [] {
        UErrorCode error = U_ZERO_ERROR;
        UIDNA* idna = uidna_openUTS46(
            UIDNA_USE_STD3_RULES | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_CHECK_CONTEXTO |
                UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_NONTRANSITIONAL_TO_UNICODE,
            &error);
        return U_SUCCESS(error) ? idna : nullptr;
    }();
    return opened;
}

using Convert = decltype(uidna_nameToASCII);

std::optional<std::string> converted(Convert* convert, const std::u16string& name) {
    std::array<char16_t, 2 * kDomainOctets> made;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    UErrorCode error = U_ZERO_ERROR;
    const auto length = convert(uts46(), name.data(), static_cast<std::int32_t>(name.size()),
                                made.data(), static_cast<std::int32_t>(made.size()), &info, &error);
    if (U_FAILURE(error) || info.errors != 0) return {};
    return joined(made.data(), length);
}

// Mapped no further than case and normal form.  An A-label was not mapped at all.
bool says_the_same(std::string_view domain, std::string_view read) {
    const auto given_labels = split(domain, '.'), read_labels = split(read, '.');
    return std::ranges::equal(given_labels, read_labels, [](auto given, auto seen) {
        return starts_nocase(given, "xn--") || fold_case(given) == seen;
    });
}

bool is_joiner(UChar32 c) { return c == 0x200C || c == 0x200D; }

bool is_seen(UChar32 c) {
    switch (u_charType(c)) {
    case U_UNASSIGNED:  // noncharacters, too
    case U_CONTROL_CHAR:
    case U_FORMAT_CHAR:
    case U_SURROGATE:
    case U_PRIVATE_USE_CHAR:
    case U_SPACE_SEPARATOR:
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR: return c == ' ';
    default: return !u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
    }
}

}  // namespace

std::optional<std::string> domain_to_ascii(std::string_view domain) {
    if (domain.size() > kDomainOctets || uts46() == nullptr || !is_utf8(domain)) return {};
    const auto units = units_of(domain);
    auto ascii = converted(uidna_nameToASCII, units);
    if (!ascii) return {};
    const auto read = converted(uidna_nameToUnicode, units_of(*ascii));
    if (!read || !says_the_same(domain, *read)) return {};
    return ascii;
}

bool is_visible(std::string_view utf8) {
    if (!is_utf8(utf8)) return false;
    constexpr int kVirama = 9;  // the canonical combining class (RFC 5892 appendix A)
    UChar32 before = 0;
    for (std::int32_t i = 0; i < static_cast<std::int32_t>(utf8.size());) {
        UChar32 c = 0;
        U8_NEXT(utf8.data(), i, static_cast<std::int32_t>(utf8.size()), c);
        const bool joins = is_joiner(c) && u_getCombiningClass(before) == kVirama;
        if (!joins && !is_seen(c)) return false;
        before = c;
    }
    return true;
}

std::string fold_case(std::string_view utf8) {
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    if (std::ranges::all_of(utf8, is_ascii) || !is_utf8(utf8)) return lower(utf8);
    const auto composed = normalised(units_of(utf8));
    const auto small = composed ? lowered(*composed) : std::nullopt;
    // Lower case can undo the normal form ("İ" falls apart).
    const auto folded = small ? normalised(*small) : std::nullopt;
    if (!folded) return lower(utf8);
    return joined(folded->data(), static_cast<std::int32_t>(folded->size()));
}

}  // namespace signet::mail
