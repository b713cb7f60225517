// Both ends of a connection must come to the same channel binding, or to none.  The client is
// OpenSSL itself.
#include "net/certificate_files.h"
#include "net/system_clock.h"
#include "net/system_entropy.h"
#include "net/test_ca.h"
#include "net/tls_context.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace signet::net {
namespace {

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using Session = std::unique_ptr<SSL_SESSION, decltype(&SSL_SESSION_free)>;

// A handshake over a socket pair, turn by turn.
class Pair {
public:
    Pair(const TlsServerContext& context, SSL_CTX* client_context, SSL_SESSION* session = nullptr) {
        EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends_), 0);
        server = context.accept(ends_[0]);
        client = SSL_new(client_context);
        SSL_set_fd(client, ends_[1]);
        SSL_set_connect_state(client);
        if (session) SSL_set_session(client, session);
    }
    ~Pair() {
        SSL_free(client);
        server.reset();
        ::close(ends_[0]);
        ::close(ends_[1]);
    }
    bool shake() {
        for (int turn = 0; turn < 20; ++turn) {
            const bool done = SSL_do_handshake(client) == 1;
            if (server->handshake().kind == Attempt::Kind::done && done) return true;
        }
        return false;
    }
    std::string exporter() const {
        std::string octets(32, '\0');
        const unsigned char none = 0;
        EXPECT_EQ(
            SSL_export_keying_material(client, reinterpret_cast<unsigned char*>(octets.data()), 32,
                                       "EXPORTER-Channel-Binding", 24, &none, 0, 1),
            1);
        return octets;
    }
    std::string first_finished() const {
        std::string octets(64, '\0');
        const auto size = SSL_session_reused(client)
                              ? SSL_get_peer_finished(client, octets.data(), octets.size())
                              : SSL_get_finished(client, octets.data(), octets.size());
        return octets.substr(0, size);
    }
    std::string bound(ChannelBinding type) const {
        const auto octets = server->channel_binding(type);
        return octets ? std::string{octets->reveal()} : "none";
    }

    std::unique_ptr<TlsIo> server;
    SSL* client = nullptr;

private:
    int ends_[2] = {-1, -1};
};

class ChannelBindingTest : public testing::Test {
protected:
    std::shared_ptr<const TlsServerContext> server(std::shared_ptr<TicketKeys> keys = {}) {
        const auto files = ca_.issue("localhost");
        TlsServerOptions options;
        options.certificates = {load_certificate({files.certificate, files.key}).value()};
        options.ticket_keys = std::move(keys);
        return TlsServerContext::make(options);
    }
    static Context client(int version) {
        Context made{SSL_CTX_new(TLS_client_method()), &SSL_CTX_free};
        SSL_CTX_set_min_proto_version(made.get(), version);
        SSL_CTX_set_max_proto_version(made.get(), version);
        return made;
    }
    TestCa ca_;
};

TEST_F(ChannelBindingTest, BeforeTheHandshakeThereIsNone) {
    const auto context = server();
    const auto theirs = client(TLS1_3_VERSION);
    const Pair pair{*context, theirs.get()};
    EXPECT_EQ(pair.bound(ChannelBinding::tls_exporter), "none");
    EXPECT_EQ(pair.bound(ChannelBinding::tls_unique), "none");
}

TEST_F(ChannelBindingTest, OnTls13BothEndsExportTheSameAndThereIsNoTlsUnique) {
    const auto context = server();
    const auto theirs = client(TLS1_3_VERSION);
    Pair pair{*context, theirs.get()};
    ASSERT_TRUE(pair.shake());
    EXPECT_EQ(pair.bound(ChannelBinding::tls_exporter), pair.exporter());
    EXPECT_EQ(pair.bound(ChannelBinding::tls_unique), "none");
    Pair other{*context, theirs.get()};
    ASSERT_TRUE(other.shake());
    EXPECT_NE(other.exporter(), pair.exporter());
}

TEST_F(ChannelBindingTest, OnTls12WithTheExtendedMasterSecretBothEndsHaveBoth) {
    const auto context = server();
    const auto theirs = client(TLS1_2_VERSION);
    Pair pair{*context, theirs.get()};
    ASSERT_TRUE(pair.shake());
    EXPECT_EQ(pair.bound(ChannelBinding::tls_exporter), pair.exporter());
    EXPECT_EQ(pair.bound(ChannelBinding::tls_unique), pair.first_finished());
    EXPECT_EQ(pair.first_finished().size(), 12u);
}

// RFC 5929 §10.3, RFC 7627 §1: the triple handshake makes two such connections look like one.
TEST_F(ChannelBindingTest, security_13_without_the_extended_master_secret_there_is_none) {
    const auto context = server();
    const auto theirs = client(TLS1_2_VERSION);
    SSL_CTX_set_options(theirs.get(), SSL_OP_NO_EXTENDED_MASTER_SECRET);
    Pair pair{*context, theirs.get()};
    ASSERT_TRUE(pair.shake());
    EXPECT_EQ(pair.bound(ChannelBinding::tls_exporter), "none");
    EXPECT_EQ(pair.bound(ChannelBinding::tls_unique), "none");
}

TEST_F(ChannelBindingTest, security_13_a_resumed_session_has_a_binding_of_its_own) {
    SystemClock clock;
    SystemEntropy entropy;
    const auto context =
        server(std::make_shared<TicketKeys>(clock, entropy, std::chrono::seconds{3'600}));
    const auto theirs = client(TLS1_2_VERSION);
    Pair first{*context, theirs.get()};
    ASSERT_TRUE(first.shake());
    const Session session{SSL_get1_session(first.client), &SSL_SESSION_free};
    Pair second{*context, theirs.get(), session.get()};
    ASSERT_TRUE(second.shake());
    ASSERT_EQ(SSL_session_reused(second.client), 1);
    EXPECT_EQ(second.bound(ChannelBinding::tls_unique), second.first_finished());
    EXPECT_EQ(second.bound(ChannelBinding::tls_exporter), second.exporter());
    EXPECT_NE(second.first_finished(), first.first_finished());
    EXPECT_NE(second.exporter(), first.exporter());
}

}  // namespace
}  // namespace signet::net
