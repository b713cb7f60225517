// SASLprep (RFC 4013), by ICU's tables of Unicode 3.2.
#include "base/invariant.h"
#include "base/text.h"
#include "precis/precis.h"
#include "precis/units.h"

#include <unicode/usprep.h>

namespace signet::precis {
namespace {

// Lives as long as the process; read only, so any number of threads may use it.
const UStringPrepProfile* profile() {
    static const auto* const opened = [] {
        auto code = U_ZERO_ERROR;
        const auto* const made = usprep_openByType(USPREP_RFC4013_SASLPREP, &code);
        INVARIANT(U_SUCCESS(code), "ICU has its tables of SASLprep");
        return made;
    }();
    return opened;
}

Fault fault_of(int error) {
    return error == U_STRINGPREP_CHECK_BIDI_ERROR ? Fault::bidi : Fault::disallowed;
}

}  // namespace

Prepared saslprep(std::string_view utf8) {
    if (utf8.empty()) return fail(Fault::empty);
    if (utf8.size() > kLongest) return fail(Fault::too_long);
    const auto units = is_utf8(utf8) ? from_utf8(utf8) : std::nullopt;
    if (!units) return fail(Fault::not_utf8);
    int last = U_ZERO_ERROR;
    const auto prepared =
        Units::made_by(units->size() * 3, [&](char16_t* into, std::int32_t room, int& error) {
            auto code = U_ZERO_ERROR;
            const auto size = usprep_prepare(profile(), units->data(), units->size(), into, room,
                                             USPREP_DEFAULT, nullptr, &code);
            last = error = code;
            return size;
        });
    if (!prepared) return fail(fault_of(last));
    if (prepared->empty()) return fail(Fault::empty);
    return to_utf8(*prepared);
}

}  // namespace signet::precis
