#include "identity/foreign_account.h"

#include "base/text.h"

#include <algorithm>

namespace signet::identity {
namespace {

constexpr std::size_t kShown = 64;  // octets of what is wrong

std::string quoted(std::string_view text) { return "`" + sanitised(text, kShown) + "`"; }

}  // namespace

Result<void, std::string> add_network(Account& account, std::string_view text) {
    auto& networks = account.password().policy.networks;
    const auto network = parse_network(text);
    if (!network) return fail(quoted(text) + " in allow_nets is not a network");
    if (networks.size() == kMaxAllowedNetworks) {
        return fail("allow_nets has more than " + std::to_string(kMaxAllowedNetworks) +
                    " networks");
    }
    networks.push_back(*network);
    return {};
}

Result<void, std::string> add_send_as(Account& account, std::string_view text) {
    const auto address = parse_send_as(text);
    if (!address) return fail(quoted(text) + " in send_as is not an address");
    if (account.send_as.size() == kMaxForeignSendAs) {
        return fail("send_as has more than " + std::to_string(kMaxForeignSendAs) + " addresses");
    }
    account.send_as.push_back(*address);
    return {};
}

std::optional<FormatFault> take_password(Account& account, std::string_view stored,
                                         const FormatRules& rules) {
    auto& password = account.password();
    password.secret = std::string{stored};
    const bool bare = !stored.empty() && stored.front() != '{' && stored.front() != '$';
    if (bare && stored.front() != '!' && stored.front() != '*') {
        password.secret = "{" + rules.default_scheme + "}" + password.secret;
    }
    for (auto& verifier : foreign_verifiers(password.secret)) {
        password.verifiers.push_back(std::move(verifier));
    }
    const auto format = parse_foreign_format(password.secret, rules);
    const bool opens = format || format.error() == FormatFault::locked;
    if (opens || !password.verifiers.empty()) return {};
    return format.error();
}

void add_own_address(Account& account, std::string_view default_domain) {
    auto own = account.name;
    if (!own.contains('@')) (own += '@') += default_domain;
    const auto address = parse_send_as(own);
    if (address && std::ranges::count(account.send_as, *address) == 0) {
        account.send_as.insert(account.send_as.begin(), *address);
    }
}

}  // namespace signet::identity
