// Claims against a model that goes over everything at each look, by chance with a seed.
#include "base/entropy.h"
#include "store/claims.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace signet::store {
namespace {

using std::chrono::seconds;

struct Known {
    queue::QueueId id;
    WallTime due{};
    Weight weight{};
    bool held = false;
    bool leased = false;  // until a claim finds the lease to be over
    std::uint64_t token = 0;
    SteadyTime until{};
    bool waits() const { return !held && !leased; }
};

class Model {
public:
    Known* find(const queue::QueueId& id) {
        const auto found = std::ranges::find(all, id, &Known::id);
        return found == all.end() ? nullptr : &*found;
    }
    void put(const queue::QueueId& id, WallTime due, const Weight& weight, bool held) {
        erase(id);
        all.push_back({id, due, weight, held});
    }
    void erase(const queue::QueueId& id) {
        std::erase_if(all, [&](const Known& one) { return one.id == id; });
        leave();
    }
    void set_held(const queue::QueueId& id, bool held) {
        if (auto* one = find(id)) one->held = held;
        leave();
    }
    void give_back(const Claim& claim) {
        auto* one = find(claim.id);
        if (!one || one->token != claim.token) return;
        one->leased = false;
        one->token = 0;
    }
    std::vector<queue::QueueId> claim(const queue::ClaimRequest& request, SteadyTime now) {
        for (auto& one : all) one.leased &= one.until > now;
        std::vector<queue::QueueId> claimed;
        if (!request.only.empty()) {
            auto* one = find(request.only);
            if (one && !one->leased) claimed.push_back(lease(*one, now + request.lease_time));
            return claimed;
        }
        join(false, request.now);
        join(true, request.now);
        while (claimed.size() < request.count) {
            auto* one = next(request);
            if (!one) break;
            claimed.push_back(lease(*one, now + request.lease_time));
        }
        return claimed;
    }

    std::vector<Known> all{};

private:
    using Ring = std::vector<std::string>;

    Known* first_of(const std::string& owner, bool tried) {
        Known* first = nullptr;
        for (auto& one : all) {
            if (!one.waits() || one.weight.owner != owner || one.weight.tried != tried) continue;
            if (!first || std::tie(one.due, one.id) < std::tie(first->due, first->id)) first = &one;
        }
        return first;
    }
    // Whoever has nothing that waits stands in no ring.
    void leave() {
        for (const bool tried : {false, true}) {
            std::erase_if(rings_[tried], [&](const auto& who) { return !first_of(who, tried); });
        }
    }
    void join(bool tried, WallTime now) {
        std::vector<std::tuple<WallTime, queue::QueueId, std::string>> comers;
        for (const auto& one : all) {
            const auto& owner = one.weight.owner;
            const auto* first = first_of(owner, tried);
            if (&one != first || first->due > now) continue;
            if (std::ranges::count(rings_[tried], owner) == 0) {
                comers.emplace_back(one.due, one.id, owner);
            }
        }
        std::ranges::sort(comers);
        for (const auto& [due, id, owner] : comers) rings_[tried].push_back(owner);
    }
    Known* take(bool tried, const queue::ClaimRequest& request) {
        auto& ring = rings_[tried];
        for (std::size_t i = 0; i < ring.size();) {
            const auto owner = ring[i];
            if (std::ranges::count(request.passed_over, owner) > 0) {
                ++i;
                continue;
            }
            ring.erase(ring.begin() + static_cast<std::ptrdiff_t>(i));
            auto* first = first_of(owner, tried);
            if (first->due > request.now) continue;
            first->leased = true;
            if (first_of(owner, tried)) ring.push_back(owner);
            return first;
        }
        return nullptr;
    }
    Known* next(const queue::ClaimRequest& request) {
        Known* one = nullptr;
        if (fresh_ >= 3 && !request.fresh_only) one = take(true, request);
        if (!one) one = take(false, request);
        if (!one && !request.fresh_only) one = take(true, request);
        if (one) fresh_ = one->weight.tried ? 0 : fresh_ + 1;
        return one;
    }
    queue::QueueId lease(Known& one, SteadyTime until) {
        one.leased = true;
        one.until = until;
        one.token = ++tokens_;
        leave();
        return one.id;
    }

    std::array<Ring, 2> rings_{};  // fresh, tried
    int fresh_ = 0;                // claims in a row
    std::uint64_t tokens_ = 0;
};

class Play {
public:
    explicit Play(std::uint64_t seed) : entropy_(seed) {}

    void turn() {
        switch (below(12)) {
        case 0:
        case 1:
        case 2:
        case 3: put(); break;
        case 4: erase(); break;
        case 5: hold(); break;
        case 6: claim({.now = wall_, .lease_time = seconds{below(60)}, .only = id()}); break;
        case 7: give_back(); break;
        case 8: move_clocks(); break;
        default: claim(request()); break;
        }
        compare(id());
    }

private:
    std::uint64_t below(std::uint64_t limit) { return draw(entropy_) % limit; }
    queue::QueueId id() { return "id" + std::to_string(below(40)); }
    std::string owner() { return "owner" + std::to_string(below(5)); }

    void put() {
        const auto name = id();
        const auto due = wall_ + seconds{below(120)} - seconds{60};
        const Weight weight{below(100), below(2) == 0, owner()};
        const bool held = below(8) == 0;
        claims_.put(name, due, weight, held);
        model_.put(name, due, weight, held);
    }
    void erase() {
        const auto name = id();
        claims_.erase(name);
        model_.erase(name);
    }
    void hold() {
        const auto name = id();
        const bool held = below(2) == 0;
        claims_.set_held(name, held);
        model_.set_held(name, held);
    }
    queue::ClaimRequest request() {
        queue::ClaimRequest made{.now = wall_, .count = below(5), .lease_time = seconds{below(60)}};
        while (below(3) == 0) made.passed_over.push_back(owner());
        made.fresh_only = below(5) == 0;
        return made;
    }
    void claim(const queue::ClaimRequest& request) {
        std::vector<queue::QueueId> got;
        for (auto& one : claims_.claim(request, now_)) {
            got.push_back(one.id);
            given_.push_back(std::move(one));
        }
        ASSERT_EQ(got, model_.claim(request, now_));
        claimed += got.size();
    }
    void give_back() {
        if (given_.empty()) return;
        const auto& one = given_[below(given_.size())];
        claims_.give_back(one);
        model_.give_back(one);
    }
    void move_clocks() {
        now_ += seconds{below(30)};
        wall_ += seconds{below(60)} - seconds{20};
    }
    void compare(const queue::QueueId& name) {
        const auto* known = model_.find(name);
        ASSERT_EQ(claims_.size(), model_.all.size());
        ASSERT_EQ(claims_.contains(name), known != nullptr);
        ASSERT_EQ(claims_.is_held(name), known && known->held);
        ASSERT_EQ(claims_.is_leased(name, now_), known && known->token && known->until > now_);
        if (known && known->token) ASSERT_TRUE(claims_.holds(name, known->token));
        ASSERT_FALSE(claims_.holds(name, known ? known->token + 1 : 1));
    }

    SeededEntropy entropy_;
    Claims claims_{};
    Model model_{};
    WallTime wall_{seconds{1'000'000}};
    SteadyTime now_{seconds{500}};
    std::vector<Claim> given_{};

public:
    std::size_t claimed = 0;
};

class ClaimsModel : public testing::TestWithParam<std::uint64_t> {};

TEST_P(ClaimsModel, ClaimsDoWhatAModelDoesThatLooksAtEverything) {
    Play play{GetParam()};
    for (int i = 0; i < 20'000 && !testing::Test::HasFatalFailure(); ++i) play.turn();
    EXPECT_GT(play.claimed, 2'000u) << "or nothing was played";
}

INSTANTIATE_TEST_SUITE_P(Seeds, ClaimsModel, testing::Values(1, 2, 3));

}  // namespace
}  // namespace signet::store
