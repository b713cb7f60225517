#include "precis/code_points.h"

#include "base/invariant.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/utf16.h>

#include <algorithm>
#include <optional>

namespace signet::precis {
namespace {

bool is_arabic_indic(Point point) { return point >= 0x0660 && point <= 0x0669; }
bool is_extended_arabic_indic(Point point) { return point >= 0x06F0 && point <= 0x06F9; }

// RFC 8264 §9.6, which is RFC 5892 §2.6.
std::optional<Property> exception_of(Point point) {
    if (is_arabic_indic(point) || is_extended_arabic_indic(point)) return Property::by_context;
    switch (point) {
    case 0x00DF:
    case 0x03C2:
    case 0x06FD:
    case 0x06FE:
    case 0x0F0B:
    case 0x3007: return Property::valid;
    case 0x00B7:
    case 0x0375:
    case 0x05F3:
    case 0x05F4:
    case 0x30FB: return Property::by_context;
    case 0x0640:
    case 0x07FA:
    case 0x302E:
    case 0x302F:
    case 0x3031:
    case 0x3032:
    case 0x3033:
    case 0x3034:
    case 0x3035:
    case 0x303B: return Property::disallowed;
    default: return {};
    }
}

bool is_old_hangul(Point point) {
    const auto type = u_getIntPropertyValue(point, UCHAR_HANGUL_SYLLABLE_TYPE);
    return type == U_HST_LEADING_JAMO || type == U_HST_VOWEL_JAMO || type == U_HST_TRAILING_JAMO;
}

bool is_ignorable(Point point) {
    return u_hasBinaryProperty(point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) ||
           u_hasBinaryProperty(point, UCHAR_NONCHARACTER_CODE_POINT);
}

// RFC 8264 §9.17: NFKC makes something else of it.
bool has_compatibility_form(Point point) {
    auto code = U_ZERO_ERROR;
    const auto* const nfkc = unorm2_getNFKCInstance(&code);
    INVARIANT(U_SUCCESS(code), "ICU has its tables of NFKC");
    char16_t units[U16_MAX_LENGTH];
    std::int32_t size = 0;
    U16_APPEND_UNSAFE(units, size, point);
    const bool same = unorm2_isNormalized(nfkc, units, size, &code) != 0;
    return U_FAILURE(code) || !same;
}

// The general categories, in the order of RFC 8264 §8.
Property by_category(Point point) {
    constexpr auto kLetterDigits = U_GC_LL_MASK | U_GC_LU_MASK | U_GC_LO_MASK | U_GC_ND_MASK |
                                   U_GC_LM_MASK | U_GC_MN_MASK | U_GC_MC_MASK;
    constexpr auto kFreeForm = U_GC_LT_MASK | U_GC_NL_MASK | U_GC_NO_MASK | U_GC_ME_MASK |
                               U_GC_ZS_MASK | U_GC_S_MASK | U_GC_P_MASK;
    const auto category = U_GET_GC_MASK(point);
    if ((category & U_GC_CC_MASK) != 0) return Property::disallowed;
    if (has_compatibility_form(point)) return Property::free_form_only;
    if ((category & kLetterDigits) != 0) return Property::valid;
    if ((category & kFreeForm) != 0) return Property::free_form_only;
    return Property::disallowed;
}

bool is_virama(Point point) {
    constexpr int kVirama = 9;  // Canonical_Combining_Class
    return u_getCombiningClass(point) == kVirama;
}

int joining_type(Point point) { return u_getIntPropertyValue(point, UCHAR_JOINING_TYPE); }

// RFC 5892 appendix A.1: (Joining_Type:{L,D})(Joining_Type:T)* U+200C (T)*(Joining_Type:{R,D})
bool joins_both_sides(Points text, std::size_t at) {
    auto before = at;
    while (before > 0 && joining_type(text[before - 1]) == U_JT_TRANSPARENT) --before;
    auto behind = at + 1;
    while (behind < text.size() && joining_type(text[behind]) == U_JT_TRANSPARENT) ++behind;
    if (before == 0 || behind == text.size()) return false;
    const auto left = joining_type(text[before - 1]), right = joining_type(text[behind]);
    return (left == U_JT_LEFT_JOINING || left == U_JT_DUAL_JOINING) &&
           (right == U_JT_RIGHT_JOINING || right == U_JT_DUAL_JOINING);
}

UScriptCode script_of(Point point) {
    auto code = U_ZERO_ERROR;
    return uscript_getScript(point, &code);
}

bool is_kana_or_han(Point point) {
    const auto script = script_of(point);
    return script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA || script == USCRIPT_HAN;
}

bool is_right_to_left(Point point) {
    const auto direction = u_charDirection(point);
    return direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC ||
           direction == U_ARABIC_NUMBER;
}

// RFC 5893 §2, rules 2 and 5: what may stand between.
bool may_stand_between(UCharDirection direction, bool right_to_left) {
    switch (direction) {
    case U_EUROPEAN_NUMBER:
    case U_EUROPEAN_NUMBER_SEPARATOR:
    case U_COMMON_NUMBER_SEPARATOR:
    case U_EUROPEAN_NUMBER_TERMINATOR:
    case U_OTHER_NEUTRAL:
    case U_BOUNDARY_NEUTRAL:
    case U_DIR_NON_SPACING_MARK: return true;
    case U_RIGHT_TO_LEFT:
    case U_RIGHT_TO_LEFT_ARABIC:
    case U_ARABIC_NUMBER: return right_to_left;
    case U_LEFT_TO_RIGHT: return !right_to_left;
    default: return false;
    }
}

// Rules 3 and 6: how it may end.
bool may_end(UCharDirection direction, bool right_to_left) {
    if (direction == U_EUROPEAN_NUMBER) return true;
    if (!right_to_left) return direction == U_LEFT_TO_RIGHT;
    return direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC ||
           direction == U_ARABIC_NUMBER;
}

bool has_direction(Points text, UCharDirection direction) {
    return std::ranges::any_of(text, [&](Point p) { return u_charDirection(p) == direction; });
}

}  // namespace

Property property_of(Point point) {
    if (const auto exception = exception_of(point)) return *exception;
    if (u_charType(point) == U_UNASSIGNED &&
        !u_hasBinaryProperty(point, UCHAR_NONCHARACTER_CODE_POINT)) {
        return Property::unassigned;
    }
    if (point >= 0x21 && point <= 0x7E) return Property::valid;
    if (u_hasBinaryProperty(point, UCHAR_JOIN_CONTROL)) return Property::joiner;
    if (is_old_hangul(point) || is_ignorable(point)) return Property::disallowed;
    return by_category(point);
}

bool fits_context(Points text, std::size_t at) {
    const auto before = at > 0 ? std::optional{text[at - 1]} : std::nullopt;
    const auto behind = at + 1 < text.size() ? std::optional{text[at + 1]} : std::nullopt;
    if (is_arabic_indic(text[at])) return std::ranges::none_of(text, is_extended_arabic_indic);
    if (is_extended_arabic_indic(text[at])) return std::ranges::none_of(text, is_arabic_indic);
    switch (text[at]) {
    case 0x200C: return (before && is_virama(*before)) || joins_both_sides(text, at);
    case 0x200D: return before && is_virama(*before);
    case 0x00B7: return before == 'l' && behind == 'l';
    case 0x0375: return behind && script_of(*behind) == USCRIPT_GREEK;
    case 0x05F3:
    case 0x05F4: return before && script_of(*before) == USCRIPT_HEBREW;
    case 0x30FB: return std::ranges::any_of(text, is_kana_or_han);
    default: return false;
    }
}

bool keeps_bidi_rule(Points text) {
    if (std::ranges::none_of(text, is_right_to_left)) return true;
    const auto first = u_charDirection(text.front());
    const bool right_to_left = first == U_RIGHT_TO_LEFT || first == U_RIGHT_TO_LEFT_ARABIC;
    if (!right_to_left && first != U_LEFT_TO_RIGHT) return false;  // rule 1
    auto last = text.size();
    while (last > 0 && u_charDirection(text[last - 1]) == U_DIR_NON_SPACING_MARK) --last;
    if (last == 0 || !may_end(u_charDirection(text[last - 1]), right_to_left)) return false;
    // Rule 4: numbers of one kind.
    if (right_to_left && has_direction(text, U_EUROPEAN_NUMBER) &&
        has_direction(text, U_ARABIC_NUMBER)) {
        return false;
    }
    return std::ranges::all_of(
        text, [&](Point p) { return may_stand_between(u_charDirection(p), right_to_left); });
}

}  // namespace signet::precis
