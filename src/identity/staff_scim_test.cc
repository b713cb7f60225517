#include "identity/staff_scim.h"

#include <gtest/gtest.h>

namespace signet::identity {
namespace {

const std::string kAnn =
    R"({"userName":"Ann@example.com","active":true,"emails":[{"value":"a.lee@example.com"}]})";
const std::string kBob =
    R"({"userName":"bob","emails":[{"value":"bob@example.com"},{"type":"x"}]})";
const std::string kGone = R"({"userName":"carl","active":false})";

std::string page(int total, const std::string& users) {
    return R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":)" +
           std::to_string(total) + R"(,"itemsPerPage":2,"startIndex":1,"Resources":[)" + users +
           "]}";
}

TEST(StaffScim, WhoIsActiveIsThereByEachOfHisNames) {
    const Staff both{"ann@example.com", "a.lee@example.com", "bob", "bob@example.com"};
    EXPECT_EQ(parse_scim_users(page(3, kAnn + "," + kBob + "," + kGone)), both);
    EXPECT_EQ(parse_scim_users("[" + page(3, kAnn + "," + kGone) + "," + page(3, kBob) + "]"),
              both);
    EXPECT_EQ(parse_staff("\n " + page(2, kAnn + "," + kBob)), both) << "told by its first sign";
    EXPECT_EQ(parse_scim_users(R"({"totalResults":0})"), Staff{});
}

TEST(StaffScim, APartOfAListIsNone) {
    const auto why = [](const std::string& text) { return parse_scim_users(text).error(); };
    EXPECT_EQ(why(page(3, kAnn + "," + kBob)),
              "the list holds 2 of the 3 people that it tells of: it is a part of it");
    EXPECT_EQ(why("[" + page(3, kAnn) + "," + page(2, kBob) + "]"),
              "the pages of the list are of different lists");
    EXPECT_EQ(why(page(1, R"({"userName":"two words"})")),
              "person 1 of the list has no name of an account and no address");
    EXPECT_EQ(why(page(1, "7")), "person 1 of the list has no name of an account and no address");
    EXPECT_EQ(why(R"({"Resources":[]})"), "the list is no ListResponse of SCIM 2.0");
    EXPECT_EQ(why("[7]"), "the list is no ListResponse of SCIM 2.0");
    EXPECT_TRUE(why(page(2, kAnn).substr(0, 90)).starts_with("the list is no JSON"));
    EXPECT_TRUE(why(std::string(100'000, '[')).starts_with("the list is no JSON"));
}

}  // namespace
}  // namespace signet::identity
