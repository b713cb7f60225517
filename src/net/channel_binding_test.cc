// Both ends of a connection must come to the same channel binding, or to none.  The client is
// OpenSSL itself.
#include "net/certificate_files.h"
#include "net/system_clock.h"
#include "net/system_entropy.h"
#include "net/test_ca.h"
#include "net/tls_context.h"
#include "net/tls_pair.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

namespace signet::net {
namespace {

using Session = std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)>;

class ChannelBindingTest : public testing::Test {
protected:
    std::shared_ptr<const TlsServerContext> server(std::shared_ptr<TicketKeys> keys = {}) {
        const auto files = ca_.issue("localhost");
        TlsServerOptions options;
        options.certificates = {load_certificate({files.certificate, files.key}).value()};
        options.ticket_keys = std::move(keys);
        return TlsServerContext::make(options);
    }
    TestCa ca_;
};

TEST_F(ChannelBindingTest, BeforeTheHandshakeThereIsNone) {
    const auto context = server();
    const auto theirs = tls_client(TLS1_3_VERSION);
    const TlsPair pair{*context, theirs.get()};
    EXPECT_EQ(pair.bound(ChannelBinding::tls_exporter), "none");
    EXPECT_EQ(pair.bound(ChannelBinding::tls_unique), "none");
}

TEST_F(ChannelBindingTest, OnTls13BothEndsExportTheSameAndThereIsNoTlsUnique) {
    const auto context = server();
    const auto theirs = tls_client(TLS1_3_VERSION);
    TlsPair pair{*context, theirs.get()};
    ASSERT_TRUE(pair.shake());
    EXPECT_EQ(pair.bound(ChannelBinding::tls_exporter), pair.exporter());
    EXPECT_EQ(pair.bound(ChannelBinding::tls_unique), "none");
    TlsPair other{*context, theirs.get()};
    ASSERT_TRUE(other.shake());
    EXPECT_NE(other.exporter(), pair.exporter());
}

TEST_F(ChannelBindingTest, OnTls12WithTheExtendedMasterSecretBothEndsHaveBoth) {
    const auto context = server();
    const auto theirs = tls_client(TLS1_2_VERSION);
    TlsPair pair{*context, theirs.get()};
    ASSERT_TRUE(pair.shake());
    EXPECT_EQ(pair.bound(ChannelBinding::tls_exporter), pair.exporter());
    EXPECT_EQ(pair.bound(ChannelBinding::tls_unique), pair.first_finished());
    EXPECT_EQ(pair.first_finished().size(), 12u);
}

// RFC 5929 §10.3, RFC 7627 §1: the triple handshake makes two such connections look like one.
TEST_F(ChannelBindingTest, security_13_without_the_extended_master_secret_there_is_none) {
    const auto context = server();
    const auto theirs = tls_client(TLS1_2_VERSION);
    SSL_CTX_set_options(theirs.get(), SSL_OP_NO_EXTENDED_MASTER_SECRET);
    TlsPair pair{*context, theirs.get()};
    ASSERT_TRUE(pair.shake());
    EXPECT_EQ(pair.bound(ChannelBinding::tls_exporter), "none");
    EXPECT_EQ(pair.bound(ChannelBinding::tls_unique), "none");
}

TEST_F(ChannelBindingTest, security_13_a_resumed_session_has_a_binding_of_its_own) {
    SystemClock clock;
    SystemEntropy entropy;
    const auto context =
        server(std::make_shared<TicketKeys>(clock, entropy, std::chrono::seconds{3'600}));
    const auto theirs = tls_client(TLS1_2_VERSION);
    TlsPair first{*context, theirs.get()};
    ASSERT_TRUE(first.shake());
    const Session session{SSL_get1_session(first.client), &SSL_SESSION_free};
    TlsPair second{*context, theirs.get(), session.get()};
    ASSERT_TRUE(second.shake());
    ASSERT_EQ(SSL_session_reused(second.client), 1);
    EXPECT_EQ(second.bound(ChannelBinding::tls_unique), second.first_finished());
    EXPECT_EQ(second.bound(ChannelBinding::tls_exporter), second.exporter());
    EXPECT_NE(second.first_finished(), first.first_finished());
    EXPECT_NE(second.exporter(), first.exporter());
}

}  // namespace
}  // namespace signet::net
