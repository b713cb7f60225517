#include "precis/precis.h"

#include "base/invariant.h"
#include "base/text.h"
#include "precis/code_points.h"
#include "precis/units.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>

#include <algorithm>
#include <utility>

namespace signet::precis {
namespace {

// Most are: no table of Unicode is needed, nor is anything mapped but capitals.
bool is_plain_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

Result<Units, Fault> read(std::string_view utf8) {
    if (utf8.empty()) return fail(Fault::empty);
    if (utf8.size() > kLongest) return fail(Fault::too_long);
    auto units = is_utf8(utf8) ? from_utf8(utf8) : std::nullopt;
    if (!units) return fail(Fault::not_utf8);
    return std::move(*units);
}

// A step that cannot fail: all that ICU has to complain of is want of memory.
Units must(std::optional<Units> made) {
    INVARIANT(made, "ICU maps what is well-formed");
    return std::move(*made);
}

Units nfc(const Units& from) {
    return must(Units::made_by(from.size() * 3, [&](char16_t* into, std::int32_t room, int& error) {
        auto code = U_ZERO_ERROR;
        const auto* const form = unorm2_getNFCInstance(&code);
        const auto size = unorm2_normalize(form, from.data(), from.size(), into, room, &code);
        error = code;
        return size;
    }));
}

// RFC 8265 §3.3.2: Unicode's toLowerCase, of no language.
Units lower_case(const Units& from) {
    return must(Units::made_by(from.size() * 3, [&](char16_t* into, std::int32_t room, int& error) {
        auto code = U_ZERO_ERROR;
        const auto size = u_strToLower(into, room, from.data(), from.size(), "", &code);
        error = code;
        return size;
    }));
}

// Maps each code point to one of the same plane.
template <class Map>
Units each(const Units& from, Map map) {
    return must(Units::made_by(from.size(), [&](char16_t* into, std::int32_t, int&) {
        std::int32_t size = 0;
        for (std::int32_t at = 0; at < from.size();) {
            UChar32 point = 0;
            U16_NEXT(from.data(), at, from.size(), point);
            U16_APPEND_UNSAFE(into, size, map(point));
        }
        return size;
    }));
}

// RFC 8264 §5.2.1: what Unicode calls <wide> or <narrow> is the character it is made of; each is
// one of 16 bits for one of 16 bits.
Point usual_width(Point point) {
    const auto type = u_getIntPropertyValue(point, UCHAR_DECOMPOSITION_TYPE);
    if (type != U_DT_WIDE && type != U_DT_NARROW) return point;
    auto code = U_ZERO_ERROR;
    const auto* const nfkc = unorm2_getNFKCInstance(&code);
    char16_t units[4];
    const auto size = unorm2_getRawDecomposition(nfkc, point, units, 4, &code);
    return U_SUCCESS(code) && size == 1 ? units[0] : point;
}

// RFC 8265 §4.2.2: any white space but SPACE itself.
Point usual_space(Point point) { return u_charType(point) == U_SPACE_SEPARATOR ? ' ' : point; }

enum class Class {
    identifier,
    free_form,
};

bool belongs(Points text, std::size_t at, Class to) {
    switch (property_of(text[at])) {
    case Property::valid: return true;
    case Property::free_form_only: return to == Class::free_form;
    case Property::joiner:
    case Property::by_context: return fits_context(text, at);
    case Property::disallowed:
    case Property::unassigned: return false;
    }
    std::unreachable();
}

Prepared checked(const Units& units, Class to) {
    if (units.empty()) return fail(Fault::empty);
    auto points = code_points_of(units);
    bool all = true;
    for (std::size_t at = 0; all && at < points.size(); ++at) all = belongs(points, at, to);
    const bool ordered = to == Class::free_form || keeps_bidi_rule(points);
    wipe(points.data(), points.size() * sizeof(Point));
    if (!all) return fail(Fault::disallowed);
    if (!ordered) return fail(Fault::bidi);
    return to_utf8(units);
}

enum class Case {
    mapped,
    preserved,
};

Prepared username(std::string_view utf8, Case letters) {
    auto units = read(utf8);
    if (!units) return fail(units.error());
    auto mapped = each(*units, usual_width);
    if (letters == Case::mapped) mapped = lower_case(mapped);
    return checked(nfc(mapped), Class::identifier);
}

}  // namespace

std::string_view name(Fault fault) {
    switch (fault) {
    case Fault::empty: return "empty";
    case Fault::too_long: return "too_long";
    case Fault::not_utf8: return "not_utf8";
    case Fault::disallowed: return "disallowed";
    case Fault::bidi: return "bidi";
    }
    std::unreachable();
}

Prepared opaque_string(std::string_view utf8) {
    if (!utf8.empty() && utf8.size() <= kLongest && is_plain_ascii(utf8)) return std::string{utf8};
    auto units = read(utf8);
    if (!units) return fail(units.error());
    return checked(nfc(each(*units, usual_space)), Class::free_form);
}

Prepared username_case_mapped(std::string_view utf8) { return username(utf8, Case::mapped); }
Prepared username_case_preserved(std::string_view utf8) { return username(utf8, Case::preserved); }

}  // namespace signet::precis
