// A list of people that somebody else wrote: what is read of it are names of accounts.
#include "check.h"
#include "identity/staff.h"

#include <cstdint>

using namespace signet::identity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto staff = parse_staff(text);
    if (!staff) return 0;
    std::string again;
    for (const auto& name : *staff) {
        CHECK(fold_account_name(name) == name);
        again += "\"" + name + "\"\n";
    }
    const auto same = parse_staff("# as it was read\n#\n-\n" + again);
    CHECK(same && same->size() >= staff->size());
    return 0;
}
