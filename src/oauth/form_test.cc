#include "oauth/form.h"

#include "base/base64.h"

#include <gtest/gtest.h>

namespace signet::oauth {
namespace {

// RFC 6749 appendix B: U+0020 %x25 "&" "+" U+00A3 U+20AC.
TEST(Form, the_example_of_the_standard) {
    EXPECT_EQ(form_encode(" %&+£€"), "+%25%26%2B%C2%A3%E2%82%AC");
    EXPECT_EQ(form_encode("aZ09*-._"), "aZ09*-._");
    EXPECT_EQ(form_encode(std::string_view{"\0\r\n=~", 5}), "%00%0D%0A%3D%7E");
}

TEST(Form, fields_stand_in_their_order_and_none_can_make_another) {
    const std::pair<std::string_view, std::string_view> fields[] = {{"token", "a&b=c"}, {"x", ""}};
    EXPECT_EQ(form(fields).reveal(), "token=a%26b%3Dc&x=");
}

// RFC 6749 §2.3.1: the colon is the only one, whatever the name holds.
TEST(Form, a_client_names_itself_encoded_first) {
    EXPECT_EQ(basic_authorization("s6BhdRkqt3", "gX1fBat3bV").reveal(),
              "Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW");
    EXPECT_EQ(basic_authorization("a:b", "c d").reveal(), "Basic " + base64("a%3Ab:c+d"));
}

}  // namespace
}  // namespace signet::oauth
