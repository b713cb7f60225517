#include "mail/international_scan.h"

#include <gtest/gtest.h>

#include <string>

namespace signet::mail {
namespace {

bool found(std::string_view content) {
    InternationalScan whole, split;
    whole.feed(content);
    for (const char c : content) split.feed({&c, 1});
    EXPECT_EQ(whole.found(), split.found()) << content;
    return whole.found();
}

TEST(InternationalScan, finds_utf_8_in_headers_and_in_those_of_parts) {
    EXPECT_TRUE(found("Subject: \u00FC\r\n\r\n"));
    EXPECT_TRUE(found("A: b\r\nSubject: \u00FC"));
    EXPECT_TRUE(found("\u00FC"));
    EXPECT_TRUE(found("A: b\r\n\r\n--x\r\nContent-Description: \u00FC\r\n\r\n"));
    EXPECT_TRUE(found("A: b\r\n\r\ntext\r\n--x\r\nB: c\r\n\r\ntext\r\n--y\r\nD: \u00FC\r\n"));
}

TEST(InternationalScan, passes_bodies_over) {
    EXPECT_FALSE(found(""));
    EXPECT_FALSE(found("Subject: x\r\n\r\n\u00FC\r\n"));
    EXPECT_FALSE(found("Subject: x\r\n\r\n- \u00FC\r\n-\u00FC--\r\n"));
    EXPECT_FALSE(found("Subject: x\r\n\r\nhello\r\n-- \r\nJ\u00FCrgen\r\n"));
    EXPECT_FALSE(found("Subject: x\r\n\r\n--\r\nJ\u00FCrgen\r\n"));
    EXPECT_FALSE(found("Subject: x\r\n\r\n--x\r\nB: c\r\n\r\n\u00FC\r\n--x--\r\n\r\n\u00FC"));
}

}  // namespace
}  // namespace signet::mail
