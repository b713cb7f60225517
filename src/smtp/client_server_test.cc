// Our client machine against our server machine, their octets cut at random both ways.
#include "base/entropy.h"
#include "smtp/accept_all.h"
#include "smtp/client_protocol.h"

#include <gtest/gtest.h>

#include <deque>

namespace signet::smtp {
namespace {

// What is on its way in one direction.  In the clear and inside TLS are kept apart by the test:
// nothing may be on its way when a handshake begins.
struct Wire {
    std::string octets;
    std::string take(SeededEntropy& entropy) {
        const auto size = 1 + entropy.next() % octets.size();
        auto part = octets.substr(0, size);
        octets.erase(0, size);
        return part;
    }
};

struct Conversation {
    AcceptAll server;
    ClientProtocol client;
    std::string content;
    SeededEntropy entropy;
    Wire to_server{}, to_client{};
    bool client_waits = false;
    std::optional<Finished> finished{};
    unsigned secrets_in_clear = 0;

    void run() {
        to_client.octets = server.connect();
        for (int turns = 0; turns < 1'000'000 && !finished; ++turns) {
            const auto choice = entropy.next() % 3;
            if (choice == 0) turn_client();
            if (choice == 1 && !to_server.octets.empty() && !server.wants_handshake()) {
                to_client.octets += server.feed(to_server.take(entropy));
            }
            if (choice == 2 && client_waits && !to_client.octets.empty()) {
                client.received(to_client.take(entropy));
                client_waits = false;
            }
        }
        ASSERT_TRUE(finished) << "the conversation has no end";
        while (!to_server.octets.empty() && !server.closed()) {
            server.feed(to_server.take(entropy));
        }
    }

    void turn_client() {
        if (client_waits) return;
        auto step = client.next();
        if (auto* send = std::get_if<Send>(&step)) to_server.octets += send->octets;
        if (auto* secret = std::get_if<SendSecret>(&step)) {
            secrets_in_clear += !client.inside_tls();
            to_server.octets += secret->octets.reveal();
        }
        if (auto* wanted = std::get_if<SaltPassword>(&step)) client.salted(sasl::salt(*wanted));
        if (std::holds_alternative<NeedInput>(step)) client_waits = true;
        if (std::holds_alternative<HandshakeWanted>(step)) {
            ASSERT_TRUE(server.wants_handshake());
            ASSERT_TRUE(to_server.octets.empty() && to_client.octets.empty());
            server.handshake();
            client.handshake(Handshake::done);
        }
        if (std::holds_alternative<ContentWanted>(step)) {
            const auto size = std::min<std::size_t>(content.size(), 1 + entropy.next() % 50);
            client.content(content.substr(0, size));
            content.erase(0, size);
        }
        if (auto* end = std::get_if<Finished>(&step)) finished = std::move(*end);
    }
};

ClientSetting setting_for(Role role) {
    return {.hostname = "client.example",
            .tls = TlsPolicy::verified,
            .inside_tls = role == Role::submissions,
            .credentials = {std::string{AcceptAll::kUser}, Secret::copy_of(AcceptAll::kPassword)},
            .nonce = "a-nonce-of-the-client"};
}

std::string random_content(SeededEntropy& entropy) {
    constexpr std::string_view kPieces[] = {".", "..", "\r\n", "a", "\xC3\xA9", "\r\n.\r\n", " "};
    std::string content = "Subject: x\r\n\r\n";
    for (auto pieces = entropy.next() % 60; pieces > 0; --pieces) {
        content += kPieces[entropy.next() % std::size(kPieces)];
    }
    return content + "\r\n";
}

TEST(ClientAgainstServer, EveryMessageArrivesOctetForOctetHoweverTheStreamsAreCut) {
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        SCOPED_TRACE(seed);
        SeededEntropy entropy{seed};
        const auto role = seed % 2 == 0 ? Role::submission : Role::submissions;
        const auto content = random_content(entropy);
        Outgoing message{.octets = content.size()};
        message.envelope.body = mail::Body::eight_bit_mime;
        message.envelope.sender.mailbox = {"ann", "example.com"};
        const auto recipients = 1 + entropy.next() % 150;
        for (std::size_t i = 0; i < recipients; ++i) {
            message.envelope.recipients.push_back({{"user" + std::to_string(i), "example.net"}});
        }

        Conversation talk{.server = AcceptAll{role},
                          .client = ClientProtocol{setting_for(role), message},
                          .content = content,
                          .entropy = SeededEntropy{seed + 1}};
        talk.run();
        ASSERT_EQ(talk.server.messages(), std::vector<std::string>{content});
        ASSERT_EQ(talk.finished->end, ClientEnd::completed);
        ASSERT_EQ(talk.finished->recipients.size(), recipients);
        for (const auto& result : talk.finished->recipients) {
            ASSERT_EQ(result.kind, RecipientResult::Kind::delivered);
        }
        ASSERT_EQ(talk.secrets_in_clear, 0u);
        ASSERT_TRUE(talk.server.closed());
    }
}

TEST(ClientAgainstServer, AWrongPasswordDefersAndNothingIsAccepted) {
    auto setting = setting_for(Role::submission);
    setting.credentials.password = Secret{"battery staple"};
    Outgoing message{.octets = 4};
    message.envelope.recipients.push_back({{"bob", "example.net"}});
    Conversation talk{.server = AcceptAll{Role::submission},
                      .client = ClientProtocol{std::move(setting), message},
                      .content = "hi\r\n",
                      .entropy = SeededEntropy{1}};
    talk.run();
    EXPECT_EQ(talk.finished->end, ClientEnd::auth_refused);
    EXPECT_EQ(talk.finished->recipients[0].kind, RecipientResult::Kind::deferred);
    EXPECT_TRUE(talk.server.messages().empty());
}

TEST(ClientAgainstServer, BothProveThemselvesByScramHoweverTheStreamsAreCut) {
    struct Case {
        std::string exporter, seen;  // what the server, and what the client, takes TLS to be
        std::string password, mechanism;
        ClientEnd end;
    };
    const std::string here(32, 'h'), there(32, 't'), right{AcceptAll::kPassword};
    const Case cases[] = {
        {"", "", right, "SCRAM-SHA-256", ClientEnd::completed},
        {"", here, right, "SCRAM-SHA-256", ClientEnd::completed},
        {here, "", right, "SCRAM-SHA-256", ClientEnd::completed},
        {here, here, right, "SCRAM-SHA-256-PLUS", ClientEnd::completed},
        {here, there, right, "SCRAM-SHA-256-PLUS", ClientEnd::auth_refused},
        {here, here, "battery staple", "SCRAM-SHA-256-PLUS", ClientEnd::auth_refused},
    };
    for (std::uint64_t seed = 0; seed < 10 * std::size(cases); ++seed) {
        const auto& c = cases[seed % std::size(cases)];
        SCOPED_TRACE(seed);
        auto setting = setting_for(seed % 2 == 0 ? Role::submission : Role::submissions);
        setting.credentials.password = Secret::copy_of(c.password);
        Outgoing message{.octets = 4};
        message.envelope.recipients.push_back({{"bob", "example.net"}});
        Conversation talk{.server = AcceptAll{seed % 2 == 0 ? Role::submission : Role::submissions},
                          .client = ClientProtocol{std::move(setting), message},
                          .content = "hi\r\n",
                          .entropy = SeededEntropy{seed}};
        talk.server.offer(AcceptScram{c.exporter});
        if (!c.seen.empty()) talk.client.bind({"tls-exporter", Secret::copy_of(c.seen)});
        talk.run();
        EXPECT_EQ(talk.finished->end, c.end);
        EXPECT_EQ(talk.finished->mechanism, c.mechanism);
        EXPECT_EQ(talk.server.messages().size(), c.end == ClientEnd::completed ? 1u : 0u);
    }
}

}  // namespace
}  // namespace signet::smtp
