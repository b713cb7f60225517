// The property that everything rests on: whatever is said, in whatever order and however it is cut,
// a client without a 235 never gets a recipient.
#include "base/entropy.h"
#include "smtp/play.h"

namespace signet::smtp {
namespace {

using std::string_literals::operator""s;

// Whole lines and pieces of them: every verb, every extension, what smugglers send.
const std::vector<std::string>& words() {
    static const std::vector<std::string> all{
        "EHLO client\r\n",
        "HELO client\r\n",
        "STARTTLS\r\n",
        "starttls \r\n",
        "AUTH PLAIN\r\n",
        "AUTH LOGIN\r\n",
        "AUTH PLAIN =\r\n",
        "AUTH PLAIN " + plain("ann@example.com", "wrong") + "\r\n",
        "AUTH LOGIN " + base64("ann@example.com") + "\r\n",
        "AUTH SCRAM-SHA-256 biwsbj11c2Vy\r\n",
        "AUTH EXTERNAL =\r\n",
        base64("ann@example.com") + "\r\n",
        base64("235 2.7.0 ok") + "\r\n",
        plain("ann@example.com", "") + "\r\n",
        "*\r\n",
        "=\r\n",
        "MAIL FROM:<ann@example.com>\r\n",
        "MAIL FROM:<>\r\n",
        "MAIL FROM:<ann@example.com> AUTH=ann@example.com\r\n",
        "MAIL FROM:<\u00FC@example.com> SMTPUTF8 BODY=8BITMIME SIZE=9\r\n",
        "RCPT TO:<bob@example.net>\r\n",
        "RCPT TO:<bob@example.net> NOTIFY=NEVER ORCPT=rfc822;a@b\r\n",
        "RCPT TO:<Postmaster>\r\n",
        "RCPT TO:<@us.example:bob@example.net>\r\n",
        "RCPT TO:<\"bob@example.net\"@us.example>\r\n",
        "DATA\r\n",
        "BDAT 0\r\n",
        "BDAT 0 LAST\r\n",
        "BDAT 12 LAST\r\n",
        "BDAT 4\r\nNOOP",
        "BDAT\r\n",
        ".\r\n",
        "x\r\n.\r\n",
        "RSET\r\n",
        "NOOP\r\n",
        "VRFY ann\r\n",
        "HELP\r\n",
        "QUIT\r\n",
        "XCLIENT LOGIN=ann@example.com\r\n",
        "PROXY TCP4 127.0.0.1 127.0.0.1 1 587\r\n",
        "235 2.7.0 Authentication successful\r\n",
        "NOOP\n",
        "\r\n",
        "\0"s,
    };
    return all;
}

class Walk {
public:
    explicit Walk(std::uint64_t seed)
        : entropy_(seed), server_(seed % 2 ? Role::submission : Role::submissions) {
        said_ = server_.connect();
    }

    // One client, up to its end or forty words.
    void go() {
        std::string octets;
        for (int i = 0; i < 40 && !server_.closed(); ++i) {
            octets += words()[entropy_.next() % words().size()];
            if (entropy_.next() % 3 == 0) continue;  // the next word goes into the same segment
            // Now and then a segment ends in the middle of a word.
            const auto size =
                entropy_.next() % 4 == 0 ? entropy_.next() % octets.size() + 1 : octets.size();
            said_ += server_.feed(octets.substr(0, size));
            octets.erase(0, size);
            if (!server_.wants_handshake()) continue;
            server_.handshake();
            octets.clear();  // what was sent in the clear is not sent again inside
        }
    }

    std::string trouble() const {
        if (server_.protocol().authenticated()) return "proven";
        if (server_.protocol().in_transaction()) return "in a transaction";
        if (!server_.messages().empty()) return "a message was taken";
        for (const auto& line : server_.trace()) {
            for (const auto* mail :
                 {"mail ", "rcpt ", "data", "bdat", "chunk", "message", "vrfy"}) {
                if (line.starts_with(mail)) return line;
            }
        }
        if (said_.contains("235 ") || said_.contains("354 ")) return said_;
        return {};
    }

private:
    SeededEntropy entropy_;
    mutable AcceptAll server_;
    std::string said_;
};

TEST(Unproven, security_25_no_sequence_of_commands_opens_a_transaction) {
    for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
        Walk walk{seed};
        walk.go();
        ASSERT_EQ(walk.trouble(), "") << "seed " << seed;
    }
}

// The walk would see it: with the right password one of them gets through.
TEST(Unproven, a_walk_with_a_proof_does_open_one) {
    auto server = inside_tls();
    server.feed("EHLO client\r\n" + good_auth() + kMail + kRcpt);
    EXPECT_TRUE(server.protocol().in_transaction());
}

}  // namespace
}  // namespace signet::smtp
