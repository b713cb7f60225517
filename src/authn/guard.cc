#include "authn/guard.h"

#include "crypto/digest.h"
#include "crypto/draw_key.h"
#include "identity/account.h"

#include <algorithm>
#include <utility>

namespace signet::authn {
namespace {

constexpr std::size_t kPrintOctets = 16;

// What no account can be named is itself: it counts as a name all the same.
std::string folded(const identity::Claim& claim) {
    return identity::fold_account_name(claim.authcid).value_or(claim.authcid);
}

std::string keyed(const Secret& key, std::string_view octets) {
    return crypto::hmac_sha256(key.reveal(), octets).substr(0, kPrintOctets);
}

}  // namespace

Guard::Guard(const Clock& clock, Entropy& entropy, identity::FamiliarNetworks& familiar,
             std::function<void(const limits::Ban&)> banned)
    : clock_(clock),
      key_(crypto::draw_key(entropy)),
      familiar_(familiar),
      banned_(std::move(banned)),
      guessing_(settings::GuessingSettings{}) {}

void Guard::set(settings::GuessingSettings rules, std::vector<IpNetwork> shelter) {
    const std::lock_guard lock{mutex_};
    shelter_ = std::move(shelter);
    guessing_.set(std::move(rules));
}

// The pair it is compared within names the account, so the password alone is enough here.
std::string Guard::print_of(const Secret& password) const { return keyed(key_, password.reveal()); }

limits::Pair Guard::pair_of(const identity::Claim& claim) const {
    return {.account = keyed(key_, folded(claim)), .network = client_network(claim.client)};
}

bool Guard::sheltered(const identity::Claim& claim) const {
    const auto address = parse_ip(claim.client);
    if (!address) return false;
    const std::lock_guard lock{mutex_};
    return std::ranges::any_of(shelter_,
                               [&](const IpNetwork& one) { return one.contains(*address); });
}

Task<bool> Guard::exempt(const identity::Claim& claim) {
    if (sheltered(claim)) co_return true;
    std::chrono::seconds lately{};
    {
        const std::lock_guard lock{mutex_};
        lately = guessing_.rules().familiar;
    }
    const auto familiar = co_await familiar_.familiar(folded(claim), client_network(claim.client),
                                                      clock_.wall() - lately);
    co_return familiar.value_or(true);
}

Task<std::optional<limits::Bar>> Guard::bar_to(const identity::Claim& claim) {
    std::optional<limits::Bar> bar;
    {
        const std::lock_guard lock{mutex_};
        bar = guessing_.bar_to(pair_of(claim), clock_.steady());
    }
    if (bar && co_await exempt(claim)) bar.reset();
    co_return bar;
}

Task<std::chrono::milliseconds> Guard::failed(const identity::Claim& claim, std::string print,
                                              std::string account) {
    const limits::Failure failure{
        .print = print, .account = account, .exempt = co_await exempt(claim)};
    limits::Consequence consequence;
    {
        const std::lock_guard lock{mutex_};
        consequence = guessing_.failed(pair_of(claim), failure, clock_.steady());
    }
    for (auto& bar : consequence.begun) banned_(ban_of(std::move(bar)));
    co_return consequence.delay;
}

// That it could not be kept from where the account signed in is no reason to turn it away.
Task<void> Guard::succeeded(const identity::Claim& claim, std::string account) {
    {
        const std::lock_guard lock{mutex_};
        guessing_.succeeded(pair_of(claim));
    }
    (void)co_await familiar_.signed_in(std::move(account), client_network(claim.client),
                                       clock_.wall());
}

limits::Ban Guard::ban_of(limits::Bar bar) const {
    const auto left =
        std::chrono::duration_cast<std::chrono::microseconds>(bar.until - clock_.steady());
    return {std::move(bar.network), std::move(bar.account), clock_.wall() + left};
}

Task<Result<std::vector<limits::Ban>, StoreFault>> Guard::list() {
    const std::lock_guard lock{mutex_};
    std::vector<limits::Ban> bans;
    for (auto& bar : guessing_.bars(clock_.steady())) bans.push_back(ban_of(std::move(bar)));
    co_return bans;
}

Task<Result<std::size_t, StoreFault>> Guard::lift(std::string network,
                                                  std::optional<std::string> account) {
    const std::lock_guard lock{mutex_};
    co_return guessing_.lift(network, account, clock_.steady());
}

std::size_t Guard::bans() const {
    const std::lock_guard lock{mutex_};
    return guessing_.bars(clock_.steady()).size();
}

}  // namespace signet::authn
