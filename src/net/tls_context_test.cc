// The server's TLS against a raw OpenSSL client that may do what ours never would.
#include "net/tls_context.h"

#include "net/certificate_files.h"
#include "net/io_threads.h"
#include "net/listener.h"
#include "net/system_clock.h"
#include "net/system_entropy.h"
#include "net/test_ca.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cstring>
#include <mutex>

namespace signet::net {
namespace {

using namespace std::chrono_literals;

Deadline soon() { return Deadline::in(SystemClock{}, 10s); }

// A blocking client, one connection.
class RawClient {
public:
    RawClient(std::uint16_t port, int version) : context_(SSL_CTX_new(TLS_client_method())) {
        SSL_CTX_set_min_proto_version(context_, version);
        SSL_CTX_set_max_proto_version(context_, version);
        SSL_CTX_set_session_cache_mode(context_, SSL_SESS_CACHE_CLIENT);
        socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port);
        EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        ssl_ = SSL_new(context_);
        SSL_set_fd(ssl_, socket_);
    }
    ~RawClient() {
        SSL_free(ssl_);
        SSL_CTX_free(context_);
        ::close(socket_);
    }

    RawClient& offer(const std::string& protocol) {
        const auto wire = std::string(1, static_cast<char>(protocol.size())) + protocol;
        SSL_set_alpn_protos(ssl_, reinterpret_cast<const unsigned char*>(wire.data()),
                            static_cast<unsigned>(wire.size()));
        return *this;
    }
    RawClient& ask_for(const std::string& name) {
        SSL_set_tlsext_host_name(ssl_, name.c_str());
        return *this;
    }
    RawClient& know_only(const char* signatures) {
        SSL_set1_sigalgs_list(ssl_, signatures);
        return *this;
    }
    // "ECDSA mail.example": what the server showed.
    std::string shown() {
        const auto* leaf = SSL_get0_peer_certificate(ssl_);
        if (!leaf) return "nothing";
        const auto* key = X509_get0_pubkey(leaf);
        std::array<char, 100> name{};
        X509_NAME_get_text_by_NID(X509_get_subject_name(leaf), NID_commonName, name.data(),
                                  static_cast<int>(name.size()));
        return std::string(EVP_PKEY_get_base_id(key) == EVP_PKEY_EC ? "ECDSA " : "RSA ") +
               name.data();
    }
    RawClient& resume(SSL_SESSION* session) {
        SSL_set_session(ssl_, session);
        return *this;
    }
    // Empty: it went well.  TLS 1.3: a refusal shows only in what is read next.
    std::string handshake() {
        ERR_clear_error();
        return conclude(SSL_connect(ssl_));
    }
    std::string read() {
        ERR_clear_error();
        std::array<char, 100> octets{};
        const int got = SSL_read(ssl_, octets.data(), octets.size());
        return got > 0 ? std::string(octets.data(), static_cast<std::size_t>(got)) : conclude(got);
    }
    std::string renegotiate() {
        ERR_clear_error();
        SSL_renegotiate(ssl_);
        const auto begun = conclude(SSL_do_handshake(ssl_));
        return begun.empty() ? read() : begun;
    }
    bool resumed() const { return SSL_session_reused(ssl_) == 1; }
    std::string cipher() const { return SSL_get_cipher_name(ssl_); }
    std::shared_ptr<SSL_SESSION> session() {
        SSL_shutdown(ssl_);
        return {SSL_get1_session(ssl_), SSL_SESSION_free};
    }
    SSL* ssl() { return ssl_; }

private:
    std::string conclude(int result) {
        if (result > 0) return {};
        const char* reason = ERR_reason_error_string(ERR_peek_last_error());
        return reason ? reason : "closed";
    }
    SSL_CTX* context_;
    SSL* ssl_;
    int socket_ = -1;
};

// The clock moves only while no handshake runs.
class MovableClock final : public Clock {
public:
    WallTime wall() const override { return WallTime{}; }
    SteadyTime steady() const override { return SteadyTime{std::chrono::seconds{now_}}; }
    void advance(std::chrono::seconds by) { now_ += by.count(); }

private:
    std::atomic<std::int64_t> now_ = 1'000;
};

class TlsServer : public ::testing::Test {
protected:
    void serve(std::shared_ptr<TicketKeys> keys = {}, std::string min = "1.2") {
        serve(context_of({ca_.issue("localhost")}, std::move(keys), min));
    }
    void serve(std::shared_ptr<const TlsServerContext> context) {
        slot_ = std::make_shared<TlsServerSlot>(std::move(context));
        auto listener = Listener::open(
            io_, {{{"127.0.0.1", 0}}, slot_},
            [this](std::unique_ptr<Stream> stream) { return greet(std::move(stream)); });
        ASSERT_TRUE(listener) << listener.error();
        listener_ = std::move(*listener);
        port_ = listener_->addresses().front().port;
        io_.start();
    }

    Task<void> greet(std::unique_ptr<Stream> stream) {
        if (co_await stream->start_tls(soon())) {
            const auto info = *stream->tls();
            (void)co_await stream->write("220 " + info.version + (info.resumed ? " again" : ""),
                                         soon());
            (void)co_await stream->read_some(soon());
        } else {
            EXPECT_FALSE(stream->last_tls_error().empty());
            const auto failure = stream->handshake_failure();
            const std::lock_guard lock(mutex_);
            failures_.push_back(std::string{name(failure.why)} + " " + failure.offered + " " +
                                failure.sni);
        }
        co_await stream->close();
    }
    // Waits for the next failed handshake: "no_shared_version TLSv1.1 mail.example".
    std::string failure() {
        for (;;) {
            const std::lock_guard lock(mutex_);
            if (failures_.empty()) continue;
            auto first = failures_.front();
            failures_.erase(failures_.begin());
            return first;
        }
    }
    std::mutex mutex_;
    std::vector<std::string> failures_;

    MovableClock clock_;  // these two outlive the I/O threads
    SystemEntropy entropy_;
    TestCa ca_;
    IoThreads io_{2};
    std::shared_ptr<TlsServerSlot> slot_;
    std::unique_ptr<Listener> listener_;
    std::uint16_t port_ = 0;
};

TEST_F(TlsServer, SpeaksTls12And13AndNothingOlder) {
    serve();
    RawClient newest(port_, TLS1_3_VERSION);
    EXPECT_EQ(newest.handshake(), "");
    EXPECT_EQ(newest.read(), "220 TLSv1.3");
    RawClient older(port_, TLS1_2_VERSION);
    EXPECT_EQ(older.handshake(), "");
    EXPECT_EQ(older.read(), "220 TLSv1.2");
    EXPECT_EQ(older.cipher().find("ECDHE-"), 0u);
    RawClient oldest(port_, TLS1_1_VERSION);
    SSL_set_security_level(oldest.ssl(), 0);
    EXPECT_NE(oldest.handshake(), "");
}

TEST_F(TlsServer, Min13RefusesTls12) {
    serve({}, "1.3");
    RawClient older(port_, TLS1_2_VERSION);
    EXPECT_EQ(older.handshake(), "tlsv1 alert protocol version");
    RawClient newest(port_, TLS1_3_VERSION);
    EXPECT_EQ(newest.handshake(), "");
}

TEST_F(TlsServer, RefusesCiphersWithoutForwardSecrecyOrAead) {
    serve();
    for (const auto* cipher : {"AES256-GCM-SHA384", "ECDHE-ECDSA-AES256-SHA384",
                               "ECDHE-ECDSA-AES128-SHA", "DHE-RSA-AES128-GCM-SHA256"}) {
        RawClient client(port_, TLS1_2_VERSION);
        ASSERT_EQ(SSL_set_cipher_list(client.ssl(), cipher), 1);
        EXPECT_EQ(client.handshake(), "sslv3 alert handshake failure") << cipher;
    }
}

TEST_F(TlsServer, ShowsTheCertificateForTheNameThatIsAskedFor) {
    using enum crypto::KeyKind;
    serve(context_of({ca_.issue_for({"mail.example", "smtp.example"}),
                      ca_.issue_for({"*.org.example"}),
                      ca_.issue_for({"mail.example", "smtp.example"}, rsa),
                      ca_.issue_for({"exact.org.example"}, rsa)}));
    struct Row {
        std::string asked, shown;
    };
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        for (const auto& [asked, shown] : {Row{"mail.example", "ECDSA mail.example"},
                                           {"SMTP.example", "ECDSA mail.example"},
                                           {"a.org.example", "ECDSA *.org.example"},
                                           {"exact.org.example", "RSA exact.org.example"},
                                           {"unknown.example", "ECDSA mail.example"},
                                           {"a.b.org.example", "ECDSA mail.example"}}) {
            RawClient client(port_, version);
            EXPECT_EQ(client.ask_for(asked).handshake(), "") << asked;
            EXPECT_EQ(client.shown(), shown) << asked;
        }
        RawClient nameless(port_, version);
        EXPECT_EQ(nameless.handshake(), "");
        EXPECT_EQ(nameless.shown(), "ECDSA mail.example");
    }
}

TEST_F(TlsServer, ShowsRsaToWhomEcdsaIsOfNoUse) {
    serve(context_of(
        {ca_.issue_for({"mail.example"}), ca_.issue_for({"mail.example"}, crypto::KeyKind::rsa)}));
    RawClient old(port_, TLS1_2_VERSION);
    ASSERT_EQ(SSL_set_cipher_list(old.ssl(), "ECDHE-RSA-AES128-GCM-SHA256"), 1);
    EXPECT_EQ(old.ask_for("mail.example").handshake(), "");
    EXPECT_EQ(old.shown(), "RSA mail.example");
    RawClient newer(port_, TLS1_3_VERSION);
    EXPECT_EQ(newer.know_only("rsa_pss_rsae_sha256").handshake(), "");
    EXPECT_EQ(newer.shown(), "RSA mail.example");
}

// A ticket that one name's connection got is of use for another's: all of them are this server.
TEST_F(TlsServer, ATicketIsTakenUnderAnyName) {
    serve(context_of({ca_.issue("one.example"), ca_.issue("two.example")},
                     std::make_shared<TicketKeys>(clock_, entropy_, 100s)));
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        RawClient first(port_, version);
        ASSERT_EQ(first.ask_for("two.example").handshake(), "");
        (void)first.read();
        RawClient second(port_, version);
        EXPECT_EQ(second.ask_for("two.example").resume(first.session().get()).handshake(), "");
        EXPECT_TRUE(second.resumed()) << version;
    }
}

TEST_F(TlsServer, security_18_any_name_is_asked_for_without_harm) {
    serve();
    for (const auto& name : {std::string(255, 'a'), std::string("x\\"), std::string("\x01\xff;--"),
                             std::string("' OR 1=1"), std::string("..")}) {
        RawClient client(port_, TLS1_3_VERSION);
        EXPECT_EQ(client.ask_for(name).handshake(), "") << name;
        EXPECT_EQ(client.read(), "220 TLSv1.3");
    }
}

TEST_F(TlsServer, KnowsWhyThereWasNoHandshake) {
    serve({}, "1.3");
    RawClient old(port_, TLS1_2_VERSION);
    EXPECT_NE(old.ask_for("mail.example").handshake(), "");
    EXPECT_EQ(failure(), "no_shared_version TLSv1.2 ");  // no name was looked at

    RawClient lost(port_, TLS1_3_VERSION);
    EXPECT_NE(lost.offer("http/1.1").handshake(), "");
    EXPECT_EQ(failure(), "alpn TLSv1.3 ");

    RawClient strange(port_, TLS1_3_VERSION);
    EXPECT_NE(strange.know_only("rsa_pss_rsae_sha256").handshake(), "");
    EXPECT_EQ(failure(), "no_shared_cipher TLSv1.3 ");

    for (const auto* words : {"EHLO mail.example\r\n", "GET / HTTP/1.1\r\n\r\n"}) {
        RawClient plain(port_, TLS1_3_VERSION);
        ASSERT_GT(::write(SSL_get_fd(plain.ssl()), words, std::strlen(words)), 0);
        EXPECT_EQ(failure(), "not_tls  ") << words;
    }
    RawClient doubtful(port_, TLS1_3_VERSION);  // trusts nobody, and says so
    SSL_set_verify(doubtful.ssl(), SSL_VERIFY_PEER, nullptr);
    EXPECT_NE(doubtful.handshake(), "");
    EXPECT_EQ(failure(), "client_alert TLSv1.3 ");
    {
        RawClient gone(port_, TLS1_3_VERSION);
    }
    EXPECT_EQ(failure(), "other  ");
}

// ALPACA: a browser that was made to talk to us.
TEST_F(TlsServer, security_06_another_protocol_in_alpn_is_refused) {
    serve();
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        EXPECT_EQ(RawClient(port_, version).offer("http/1.1").handshake(),
                  "tlsv1 alert no application protocol");
        EXPECT_EQ(RawClient(port_, version).offer("smt").handshake(),
                  "tlsv1 alert no application protocol");
        RawClient ours(port_, version);
        EXPECT_EQ(ours.offer("smtp").handshake(), "");
        const unsigned char* chosen = nullptr;
        unsigned size = 0;
        SSL_get0_alpn_selected(ours.ssl(), &chosen, &size);
        EXPECT_EQ(std::string(reinterpret_cast<const char*>(chosen), size), "smtp");
    }
}

TEST_F(TlsServer, security_18_renegotiation_is_refused) {
    serve();
    RawClient client(port_, TLS1_2_VERSION);
    ASSERT_EQ(client.handshake(), "");
    EXPECT_EQ(client.read(), "220 TLSv1.2");
    EXPECT_EQ(client.renegotiate(), "no renegotiation");
}

TEST_F(TlsServer, WithoutKeysNothingIsResumed) {
    serve();
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        RawClient first(port_, version);
        ASSERT_EQ(first.handshake(), "");
        (void)first.read();
        RawClient second(port_, version);
        EXPECT_EQ(second.resume(first.session().get()).handshake(), "");
        EXPECT_FALSE(second.resumed());
    }
}

TEST_F(TlsServer, SessionsAreResumedForOneToTwoLivesOfTheKey) {
    serve(std::make_shared<TicketKeys>(clock_, entropy_, 100s));
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        RawClient first(port_, version);
        ASSERT_EQ(first.handshake(), "");
        const auto greeting = first.read();
        const auto session = first.session();
        struct Case {
            std::chrono::seconds later;
            bool resumed;
        };
        for (const auto [later, resumed] : {Case{1s, true}, Case{110s, true}, Case{110s, false}}) {
            clock_.advance(later);
            RawClient again(port_, version);
            // A copy: OpenSSL marks a TLS 1.3 session as used.
            std::shared_ptr<SSL_SESSION> copy(SSL_SESSION_dup(session.get()), SSL_SESSION_free);
            ASSERT_EQ(again.resume(copy.get()).handshake(), "");
            EXPECT_EQ(again.resumed(), resumed) << greeting << " after " << later.count();
            EXPECT_EQ(again.read(), greeting + (resumed ? " again" : ""));
        }
        clock_.advance(1'000s);
    }
}

TEST_F(TlsServer, ANewCertificateServesNewConnectionsAndOldTicketsStillOpen) {
    const auto keys = std::make_shared<TicketKeys>(clock_, entropy_, 100s);
    serve(keys);
    RawClient before(port_, TLS1_3_VERSION);
    ASSERT_EQ(before.handshake(), "");
    (void)before.read();
    const auto renewed = ca_.issue("localhost");
    slot_->set(context_of({renewed}, keys));
    RawClient resumed(port_, TLS1_3_VERSION), fresh(port_, TLS1_3_VERSION);
    EXPECT_EQ(resumed.resume(before.session().get()).handshake(), "");
    EXPECT_TRUE(resumed.resumed());
    EXPECT_EQ(fresh.handshake(), "");
    EXPECT_NE(
        X509_cmp(SSL_get0_peer_certificate(fresh.ssl()), SSL_get0_peer_certificate(before.ssl())),
        0);
}

TEST_F(TlsServer, WithoutAContextTheHandshakeFailsAndSaysWhy) {
    const TlsServerSlot empty;
    const auto io = empty.begin(-1);
    EXPECT_EQ(io->handshake().kind, Attempt::Kind::broken);
    EXPECT_EQ(io->error(), "no certificate is loaded");
    EXPECT_FALSE(io->established());
    EXPECT_FALSE(io->has_unread_octets());
    io->send_close_notify();
}

TEST(TlsServerContext, KnowsWhenItsCertificateEnds) {
    TestCa ca;
    const auto files = ca.issue("localhost");
    const auto left = context_of({files})->not_after() - SystemClock{}.wall();
    EXPECT_GT(left, 23h);
    EXPECT_LE(left, 24h);
}

}  // namespace
}  // namespace signet::net
