#include "limits/guessing.h"

#include <algorithm>
#include <utility>

namespace signet::limits {
namespace {

constexpr std::chrono::milliseconds kLongestDelay{10'000};

// No account name holds a line end (identity::fold_account_name), and no network does.
std::string key_of(const Pair& pair) { return pair.network + '\n' + pair.account; }

template <class Times>
void drop_older(Times& times, SteadyTime than) {
    std::erase_if(times, [&](const auto& one) { return one.second <= than; });
}

template <class Times>
void drop_oldest(Times& times) {
    times.erase(std::ranges::min_element(times, {}, [](const auto& one) { return one.second; }));
}

}  // namespace

Guessing::Guessing(settings::GuessingSettings rules, std::size_t entries)
    : rules_(std::move(rules)), attempted_(entries), sources_(entries) {}

std::optional<Bar> Guessing::bar_to(const Pair& pair, SteadyTime now) const {
    Bar bar{.network = pair.network, .account = {}, .until = now};
    if (const auto* source = sources_.peek(pair.network); source != nullptr) {
        bar.until = std::max(bar.until, source->banned_until);
    }
    const auto* attempted = attempted_.peek(key_of(pair));
    if (attempted != nullptr && attempted->banned_until > bar.until) {
        bar.account = attempted->account;
        bar.until = attempted->banned_until;
    }
    if (bar.until == now) return {};
    return bar;
}

Consequence Guessing::failed(const Pair& pair, const Failure& failure, SteadyTime now) {
    auto& attempted = attempted_.use(key_of(pair));
    attempted.network = pair.network;
    attempted.account = failure.account;
    drop_older(attempted.prints, now - rules_.window);

    const auto before =
        attempted.prints.size() - (attempted.prints.contains(failure.print) ? 1 : 0);
    const auto steps = static_cast<unsigned>(before);  // at most rules_.failures
    Consequence consequence{.delay = std::min(kLongestDelay, rules_.delay * steps), .begun = {}};
    if (auto bar = count_print(attempted, failure, now)) {
        consequence.begun.push_back(std::move(*bar));
    }
    if (failure.exempt) return consequence;
    if (auto bar = count_name(pair, now)) consequence.begun.push_back(std::move(*bar));
    return consequence;
}

std::optional<Bar> Guessing::count_print(Attempted& attempted, const Failure& failure,
                                         SteadyTime now) {
    auto print = failure.print.empty() ? "?" + std::to_string(unknown_prints_++)
                                       : std::string{failure.print};
    attempted.prints.insert_or_assign(std::move(print), now);
    if (attempted.prints.size() < rules_.failures) return {};
    if (failure.exempt) {  // the delay grows no further, nor does the memory
        while (attempted.prints.size() > rules_.failures) drop_oldest(attempted.prints);
        return {};
    }
    attempted.prints.clear();  // after the ban the count begins anew
    attempted.banned_until = now + rules_.ban;
    return Bar{attempted.network, attempted.account, attempted.banned_until};
}

std::optional<Bar> Guessing::count_name(const Pair& pair, SteadyTime now) {
    auto& source = sources_.use(pair.network);
    drop_older(source.names, now - rules_.names_window);
    source.names.insert_or_assign(pair.account, now);
    if (source.names.size() < rules_.names) return {};
    source.names.clear();
    source.banned_until = now + rules_.names_ban;
    return Bar{pair.network, {}, source.banned_until};
}

void Guessing::succeeded(const Pair& pair) {
    attempted_.forget(key_of(pair));
    if (auto* source = sources_.find(pair.network)) source->names.erase(pair.account);
}

std::vector<Bar> Guessing::bars(SteadyTime now) const {
    std::vector<Bar> found;
    for (const auto& [network, source] : sources_) {
        if (source.banned_until > now) found.push_back({network, {}, source.banned_until});
    }
    for (const auto& [key, attempted] : attempted_) {
        if (attempted.banned_until <= now) continue;
        found.push_back({attempted.network, attempted.account, attempted.banned_until});
    }
    return found;
}

std::size_t Guessing::lift(std::string_view network, std::optional<std::string_view> account,
                           SteadyTime now) {
    std::size_t lifted = 0;
    if (const auto* source = sources_.peek(network); source && !account) {
        if (source->banned_until > now) ++lifted;
        sources_.forget(network);
    }
    for (auto& [key, attempted] : attempted_) {
        if (attempted.banned_until <= now || attempted.network != network) continue;
        if (account && *account != attempted.account) continue;
        attempted.banned_until = SteadyTime::min();
        ++lifted;
    }
    return lifted;
}

}  // namespace signet::limits
