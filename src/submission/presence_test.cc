#include "submission/presence.h"

#include <gtest/gtest.h>

#include <deque>
#include <thread>

namespace signet::submission {
namespace {

// A session of an account, and its presence.
struct One {
    One(Presences& all, std::string account) : presence(&all) {
        session.login = identity::Login{.account = std::move(account),
                                        .authcid = {},
                                        .method = "PLAIN",
                                        .credential_id = "k7",
                                        .send_as = {}};
    }
    void enter() { presence.enter(session, WallTime{std::chrono::seconds{7}}); }
    Session session;
    Presence presence;
};

TEST(Presences, SeesThoseThatAreThere) {
    Presences all;
    std::deque<One> ones;
    for (int i = 0; i < 100; ++i) ones.emplace_back(all, i % 2 == 0 ? "ann" : "bob").enter();
    EXPECT_EQ(all.count(""), 100u);
    EXPECT_EQ(all.count("ann"), 50u);
    EXPECT_EQ(all.list("", 7).size(), 7u);
    const auto seen = all.list("ann", 1).front();
    EXPECT_EQ(seen.account, "ann");
    EXPECT_EQ(seen.credential, "k7");
    EXPECT_EQ(seen.since, WallTime{std::chrono::seconds{7}});
    while (ones.size() > 51) ones.pop_front();
    ones[1].presence.leave();
    ones[1].presence.leave();
    EXPECT_EQ(all.count(""), 50u);
    ones[1].enter();
    EXPECT_EQ(all.end("bob", ""), all.count("bob"));
    for (auto& one : ones) {
        EXPECT_EQ(one.presence.ended(), one.session.login->account == "bob");
    }
    ones.clear();
    EXPECT_EQ(all.count(""), 0u);
}

TEST(Presences, SessionsWithoutALoginAndThoseNobodyAsksForAreNotThere) {
    Presences all;
    One stranger{all, ""};
    stranger.session.login.reset();
    stranger.enter();
    EXPECT_EQ(all.count(""), 0u);
    Presence alone{nullptr};
    alone.enter(stranger.session, {});
    alone.leave();
}

TEST(Presences, ComeAndGoWhileOthersLook) {
    Presences all;
    std::atomic<bool> over{false};
    std::vector<std::jthread> threads;
    for (int t = 0; t < 3; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 2'000; ++i) {
                One one{all, "ann"};
                one.enter();
                one.presence.sent();
            }
            over = true;
        });
    }
    while (!over) {
        for (const auto& seen : all.list("", 100)) EXPECT_EQ(seen.account, "ann");
        all.end("ann", "nobody");
    }
    threads.clear();
    EXPECT_EQ(all.count(""), 0u);
}

// A hundred thousand idle sessions: what the registry adds to each of them.
TEST(Presences, CostAFewPointersEach) {
    RecordProperty("octets", static_cast<int>(sizeof(Presence)));
    EXPECT_LE(sizeof(Presence), 64u);
}

}  // namespace
}  // namespace signet::submission
