// Account names and addresses: what is accepted is folded, and folding it again changes nothing.
#include "check.h"
#include "identity/account.h"

#include <cstdint>

using namespace signet::identity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    if (const auto name = fold_account_name(text)) {
        CHECK(name->size() == size && size <= 255);
        CHECK(fold_account_name(*name) == name);
    }
    if (const auto one = parse_send_as(text)) {
        CHECK(parse_send_as(one->text()) == one);
        CHECK(!one->domain.empty());
    }
    return 0;
}
