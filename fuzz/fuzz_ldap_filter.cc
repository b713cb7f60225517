// Whatever somebody signs in with: in a filter it is a value and nothing else.
#include "check.h"
#include "store/ldap_filter.h"

#include <algorithm>
#include <cstdint>
#include <string>

using namespace signet::store;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string login{reinterpret_cast<const char*>(data), size};
    const auto filter = fill_filter("(&(uid={login})(o={domain})(m={dn})(u={user}))",
                                    {.login = login, .dn = login});
    CHECK(std::ranges::count(filter, '(') == 5 && std::ranges::count(filter, ')') == 5);
    CHECK(std::ranges::count(filter, '=') == 4 && !filter.contains('*'));
    CHECK(std::ranges::all_of(filter, [](char c) { return c > ' ' && c < 0x7F; }));
    return 0;
}
