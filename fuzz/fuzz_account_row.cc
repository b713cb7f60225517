// Whatever a database answers: an account that comes of it is one that the rest of Signet can have.
//
// A line is a column: its name, "=", its value; without "=" it is NULL.
#include "base/text.h"
#include "check.h"
#include "identity/account_columns.h"
#include "identity/foreign_account.h"

#include <cstdint>

using namespace signet;
using namespace signet::identity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    std::vector<AccountField> row;
    for (const auto line : split(text, '\n')) {
        const auto equals = line.find('=');
        const auto column = parse_account_column(line.substr(0, equals));
        if (!column) continue;
        row.push_back({*column, equals == std::string_view::npos
                                    ? std::nullopt
                                    : std::optional{std::string{line.substr(equals + 1)}}});
    }
    const RowRules rules{.formats = {.weak = true, .plain = true}, .default_domain = "example.com"};
    const auto made = read_account_row("ann", row, rules);
    if (!made) {
        CHECK(!made.error().empty());
        return 0;
    }
    const auto& account = made->account;
    CHECK(fold_account_name(account.name) == account.name);
    CHECK(account.credentials.size() <= 1);
    CHECK(account.send_as.size() <= kMaxForeignSendAs + 1);
    CHECK(account.groups.size() <= kMaxColumnItems * row.size());
    for (const auto& one : account.credentials) {
        CHECK(one.policy.networks.size() <= kMaxAllowedNetworks);
        for (const auto& verifier : one.verifiers) CHECK(verifier.contains('$'));
    }
    return 0;
}
