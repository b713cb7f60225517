// Names and passwords from any octets: what is prepared is UTF-8, and stays as it is when it is
// prepared again, so that no two spellings of a name can follow each other round.
#include "base/text.h"
#include "check.h"
#include "precis/precis.h"

#include <cstdint>

using namespace signet::precis;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    for (const auto prepare :
         {&opaque_string, &username_case_mapped, &username_case_preserved, &saslprep}) {
        const auto prepared = prepare(text);
        if (!prepared) continue;
        CHECK(!prepared->empty() && signet::is_utf8(*prepared) && signet::is_utf8(text));
        // A text at the limit may grow beyond it; and what Unicode 3.2 made may be more than it
        // knows.
        if (prepared->size() <= kLongest && prepare != &saslprep)
            CHECK(prepare(*prepared) == prepared);
    }
    return 0;
}
