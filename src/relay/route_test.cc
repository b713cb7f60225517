#include "relay/route.h"

#include <gtest/gtest.h>

namespace signet::relay {
namespace {

const mail::ReversePath kAnn{mail::Mailbox{"ann", "example.org"}};
const mail::ReversePath kNobody{};

std::string taken(const Routes& routes, const Passage& passage) {
    const auto* route = find_route(routes, passage);
    return route ? route->name : "none";
}

TEST(Route, TheFirstThatFitsIsTaken) {
    const Routes routes{{"here", {{"example.com", "*.example.com"}}, nullptr},
                        {"partner", {{"partner.example"}}, nullptr},
                        {"never", {{"mail.example.com"}}, nullptr},
                        {"out", {{"*"}}, nullptr}};
    EXPECT_EQ(taken(routes, {"example.com", kAnn, "ann"}), "here");
    EXPECT_EQ(taken(routes, {"mail.example.com", kAnn, "ann"}), "here");
    EXPECT_EQ(taken(routes, {"partner.example", kAnn, "ann"}), "partner");
    EXPECT_EQ(taken(routes, {"example.net", kNobody, ""}), "out");
    EXPECT_EQ(find_route(std::span{routes}.first(3), {"example.net", kAnn, "ann"}), nullptr);
}

TEST(Route, AllConditionsHoldOrItIsPassedOver) {
    const Routes routes{
        {"reports", {{"*"}, {"<>"}}, nullptr},
        {"scanners", {{"*"}, {}, {"scanner-*", "printers"}}, nullptr},
        {"sales", {{"*.net"}, {"*@sales.example", "ann@example.org"}, {"ann"}}, nullptr},
        {"out", {{"*"}}, nullptr}};
    const mail::ReversePath sales{mail::Mailbox{"Bob", "sales.example"}};
    EXPECT_EQ(taken(routes, {"a.net", kNobody, ""}), "reports");
    EXPECT_EQ(taken(routes, {"a.net", kAnn, "scanner-2"}), "scanners");
    EXPECT_EQ(taken(routes, {"a.net", kAnn, "printers"}), "scanners");
    EXPECT_EQ(taken(routes, {"a.net", kAnn, "ann"}), "sales");
    EXPECT_EQ(taken(routes, {"a.net", sales, "ann"}), "sales");
    EXPECT_EQ(taken(routes, {"a.net", sales, "bob"}), "out");
    EXPECT_EQ(taken(routes, {"a.org", kAnn, "ann"}), "out");
    EXPECT_EQ(mismatch(routes[0].match, {"a.net", kAnn, "ann"}), Mismatch::sender);
    EXPECT_EQ(mismatch(routes[2].match, {"a.org", kNobody, ""}), Mismatch::domain);
    EXPECT_EQ(mismatch(routes[2].match, {"a.net", kAnn, "bob"}), Mismatch::account);
}

TEST(Route, NoPatternOfAccountsFitsMailThatNobodySubmitted) {
    const Routes routes{{"signed-in", {{"*"}, {}, {"*"}}, nullptr}};
    EXPECT_EQ(taken(routes, {"a.net", kAnn, "ann"}), "signed-in");
    EXPECT_EQ(taken(routes, {"a.net", kAnn, ""}), "none");
}

TEST(Route, AReloadSwapsTheWholeTableAndLeavesWhatIsInUse) {
    RouteTable table{{{"old", {{"*"}}, nullptr}}};
    const auto held = table.get();
    table.set({{"new", {{"*"}}, nullptr}});
    EXPECT_EQ(held->front().name, "old");
    EXPECT_EQ(table.get()->front().name, "new");
}

}  // namespace
}  // namespace signet::relay
