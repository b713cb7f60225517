#include "limits/connections.h"

#include <gtest/gtest.h>

#include <vector>

namespace signet::limits {
namespace {

using Answer = Connections::Answer;

TEST(Connections, one_network_cannot_take_the_places_of_the_others) {
    Connections connections{{.total = 5, .per_network = 2}};
    const auto a = connections.admit("192.0.2.1");
    const auto b = connections.admit("192.0.2.1");
    EXPECT_EQ(a.answer, Answer::admitted);
    EXPECT_EQ(b.answer, Answer::admitted);
    EXPECT_EQ(connections.admit("192.0.2.1").answer, Answer::too_many_from_network);
    EXPECT_EQ(connections.admit("192.0.2.2").answer, Answer::admitted);
}

TEST(Connections, a_place_is_given_back_once_however_it_was_moved) {
    Connections connections{{.total = 1, .per_network = 1}};
    {
        auto admitted = connections.admit("192.0.2.1");
        auto place = std::move(admitted.place);
        Connections::Place other;
        other = std::move(place);
        EXPECT_EQ(connections.open(), 1u);
        EXPECT_EQ(connections.admit("192.0.2.9").answer, Answer::too_many);
    }
    EXPECT_EQ(connections.open(), 0u);
    EXPECT_EQ(connections.admit("192.0.2.9").answer, Answer::admitted);
}

TEST(Connections, assigning_over_a_place_gives_the_old_one_back) {
    Connections connections{{.total = 2, .per_network = 1}};
    auto first = connections.admit("192.0.2.1");
    auto second = connections.admit("192.0.2.2");
    first.place = std::move(second.place);
    EXPECT_EQ(connections.open(), 1u);
    EXPECT_EQ(connections.admit("192.0.2.1").answer, Answer::admitted);
}

// security.md class 18: what a peer can grow has a bound, and nothing is kept for who has left.
TEST(Connections, security_18_a_full_house_refuses_and_remembers_nobody) {
    Connections connections{{.total = 100, .per_network = 100}};
    for (int round = 0; round < 50; ++round) {
        std::vector<Connections::Admission> held;
        for (int i = 0; i < 120; ++i) {
            held.push_back(connections.admit("2001:db8::" + std::to_string(round * 1000 + i)));
        }
        EXPECT_EQ(connections.open(), 100u);
        EXPECT_EQ(held.back().answer, Answer::too_many);
    }
    EXPECT_EQ(connections.open(), 0u);
}

TEST(Connections, new_limits_hold_for_who_comes_and_throw_nobody_out) {
    Connections connections{{.total = 2, .per_network = 2}};
    const auto first = connections.admit("a"), second = connections.admit("a");
    connections.set({.total = 3, .per_network = 1});
    EXPECT_EQ(connections.open(), 2u);
    EXPECT_EQ(connections.admit("a").answer, Connections::Answer::too_many_from_network);
    EXPECT_EQ(connections.admit("b").answer, Connections::Answer::admitted);
}

}  // namespace
}  // namespace signet::limits
