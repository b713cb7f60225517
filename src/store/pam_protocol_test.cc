#include "store/pam_protocol.h"

#include <gtest/gtest.h>

namespace signet::store {
namespace {

using namespace std::string_literals;

PamRequest request(std::string password) {
    PamRequest made{.service = "signet",
                    .directory = "/etc/pam.d",
                    .user = "ann",
                    .client = "192.0.2.1",
                    .authenticate = true,
                    .password = {}};
    made.password = Secret{std::move(password)};
    return made;
}

TEST(PamProtocol, a_request_is_read_as_it_was_written) {
    const auto read = decode_pam_request(encode(request("a long password")).reveal());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->service, "signet");
    EXPECT_EQ(read->directory, "/etc/pam.d");
    EXPECT_EQ(read->user, "ann");
    EXPECT_EQ(read->client, "192.0.2.1");
    EXPECT_TRUE(read->authenticate);
    EXPECT_EQ(read->password.reveal(), "a long password");
}

TEST(PamProtocol, a_reply_is_read_as_it_was_written) {
    for (const auto verdict :
         {PamVerdict::granted, PamVerdict::wrong, PamVerdict::unknown, PamVerdict::disabled,
          PamVerdict::not_allowed, PamVerdict::unavailable}) {
        const auto read = decode_pam_reply(encode(PamReply{verdict, "ann", "it is so"}));
        ASSERT_TRUE(read);
        EXPECT_EQ(read->verdict, verdict);
        EXPECT_EQ(read->user, "ann");
        EXPECT_EQ(read->detail, "it is so");
    }
}

TEST(PamProtocol, what_is_cut_or_goes_on_is_no_message) {
    const auto whole = encode(request("password"));
    const std::string text{whole.reveal()};
    for (std::size_t size = 0; size < text.size(); ++size) {
        EXPECT_FALSE(decode_pam_request(text.substr(0, size))) << size;
    }
    EXPECT_FALSE(decode_pam_request(text + "x"));
    EXPECT_FALSE(decode_pam_request("B" + text.substr(1)));
    const auto reply = encode(PamReply{PamVerdict::granted, "ann", "x"});
    for (std::size_t size = 0; size < reply.size(); ++size) {
        EXPECT_FALSE(decode_pam_reply(reply.substr(0, size))) << size;
    }
    EXPECT_FALSE(decode_pam_reply(reply + "x"));
    EXPECT_FALSE(decode_pam_reply("\x06" + reply.substr(1)));
}

TEST(PamProtocol, security_10_nothing_ends_at_a_nul_that_did_not_begin_there) {
    EXPECT_FALSE(decode_pam_request(encode(request("right\0tail"s)).reveal()));
    auto made = request("x");
    made.user = "ann\0root"s;
    EXPECT_FALSE(decode_pam_request(encode(made).reveal()));
}

TEST(PamProtocol, a_field_is_bounded) {
    EXPECT_TRUE(decode_pam_request(encode(request(std::string(kMaxPamField, 'x'))).reveal()));
    EXPECT_FALSE(decode_pam_request(encode(request(std::string(kMaxPamField + 1, 'x'))).reveal()));
}

}  // namespace
}  // namespace signet::store
