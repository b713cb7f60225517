// What a code point is to PRECIS (RFC 8264 §8, §9), and where it may stand (RFC 5892 appendix A).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace signet::precis {

using Point = std::int32_t;
using Points = std::span<const Point>;

enum class Property {
    valid,           // PVALID
    free_form_only,  // ID_DIS or FREE_PVAL: in passwords, not in names
    joiner,          // CONTEXTJ
    by_context,      // CONTEXTO
    disallowed,
    unassigned,
};
Property property_of(Point point);

// Whether a joiner or one of CONTEXTO may stand at `at`.
bool fits_context(Points text, std::size_t at);

// RFC 5893 §2, asked only of text with a letter that is written from right to left.
bool keeps_bidi_rule(Points text);

}  // namespace signet::precis
