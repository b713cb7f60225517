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

// RFC 7515 appendix C.
TEST(Base64, for_urls_there_is_no_padding_and_another_alphabet) {
    const std::string octets{"\x03\xec\xff\xe0\xc1", 5};
    EXPECT_EQ(base64url(octets), "A-z_4ME");
    EXPECT_EQ(unbase64url("A-z_4ME"), octets);
    for (std::size_t size = 0; size <= octets.size(); ++size) {
        const auto part = octets.substr(0, size);
        EXPECT_EQ(unbase64url(base64url(part)), part);
    }
}

TEST(Base64, security_14_of_base64url_there_is_one_spelling) {
    for (const std::string text : {"A", "AAAAA", "Zg==", "Zg=", "Zh", "Zm9", "Zm+v", "Zm/v", "Z g",
                                   "Zg\n", "Zm9vYg==", "=", "\xC3\xA9"}) {
        EXPECT_FALSE(unbase64url(text)) << text;
    }
    EXPECT_FALSE(unbase64url(std::string_view("Zm\0v", 4)));
}

}  // namespace
}  // namespace signet
