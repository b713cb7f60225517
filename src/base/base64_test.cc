#include "base/base64.h"

#include <gtest/gtest.h>

namespace signet {
namespace {

TEST(Base64, the_vectors_of_rfc_4648_section_10_go_both_ways) {
    const std::pair<std::string, std::string> cases[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
    for (const auto& [octets, text] : cases) {
        EXPECT_EQ(base64(octets), text);
        EXPECT_EQ(unbase64(text), octets);
    }
}

TEST(Base64, every_octet_survives) {
    std::string all;
    for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
    EXPECT_EQ(unbase64(base64(all)), all);
}

// security.md class 7: decoders that guess are decoders that overflow.
TEST(Base64, security_07_anything_but_the_canonical_form_is_refused) {
    for (const std::string text :
         {"####", "Zg", "Zg=", "Zg===", "Z===", "=", "====", "Zh==", "Zm9=", "Zg==Zg==", "Zm 9v",
          "Zm9v\r\n", "Zm-_", "Z=g=", "\xC3\xA9\xC3\xA9"}) {
        EXPECT_FALSE(unbase64(text)) << text;
    }
    EXPECT_FALSE(unbase64(std::string_view("Zm\0v", 4)));
}

}  // namespace
}  // namespace signet
