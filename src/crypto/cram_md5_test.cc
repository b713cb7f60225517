#include "crypto/cram_md5.h"

#include "base/text.h"

#include <gtest/gtest.h>

namespace signet::crypto {
namespace {

TEST(CramMd5, IsTheHmacOfTheStandardsExamples) {
    struct Case {
        std::string what, password, challenge, digits;
    };
    const Case cases[] = {
        {"RFC 2195 §2", "tanstaaftanstaaf", "<1896.697170952@postoffice.reston.mci.net>",
         "b913a602c7eda7a495b4e6e7334d3890"},
        {"RFC 2202 §2, test 1", std::string(16, '\x0B'), "Hi There",
         "9294727a3638bb1c13f48ef8158bfc9d"},
        {"RFC 2202 §2, test 2", "Jefe", "what do ya want for nothing?",
         "750c783e6ab0b503eaa86e310a5db738"},
        {"RFC 2202 §2, test 6: a key longer than a block", std::string(80, '\xAA'),
         "Test Using Larger Than Block-Size Key - Hash Key First",
         "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd"},
        {"RFC 2202 §2, test 7", std::string(80, '\xAA'),
         "Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data",
         "6f630fad67cda0ee1fb1f562db3aa53e"},
    };
    for (const auto& c : cases) {
        const auto key = cram_md5_key(c.password);
        EXPECT_EQ(key.size(), kCramMd5KeySize);
        EXPECT_EQ(hex(cram_md5(key, c.challenge)), c.digits) << c.what;
    }
}

// What `doveadm pw -s CRAM-MD5` of Dovecot 2.3 writes for "tanstaaftanstaaf", so that its accounts
// can be taken over.
TEST(CramMd5, TheKeyIsWrittenAsDovecotWritesIt) {
    EXPECT_EQ(hex(cram_md5_key("tanstaaftanstaaf").reveal()),
              "d06d4e1b26fccaa4b0b61801132340a354b21152711fb604ca3e035e7015116b");
}

}  // namespace
}  // namespace signet::crypto
