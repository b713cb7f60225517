// Whatever stands in a file of accounts: what is taken is bounded, and every account in it is one
// that the rest of Signet can have.
#include "check.h"
#include "identity/foreign_account.h"
#include "identity/passwd_file.h"

#include <cstdint>

using namespace signet::identity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const PasswdRules rules{.formats = {.weak = true, .plain = true},
                            .default_domain = "example.com"};
    const auto file = parse_passwd_file(text, rules);
    if (!file) {
        CHECK(!file.error().empty() && file.error().size() <= kMaxPasswdRemarks);
        return 0;
    }
    CHECK(file->remarks.size() <= kMaxPasswdRemarks);
    for (const auto& [name, account] : file->accounts) {
        CHECK(fold_account_name(name) == name && account.name == name);
        CHECK(account.credentials.size() == 1);
        CHECK(account.credentials[0].policy.networks.size() <= kMaxAllowedNetworks);
        CHECK(account.send_as.size() <= kMaxForeignSendAs + 1);
    }
    return 0;
}
