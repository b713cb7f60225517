// A hostile next hop: whatever it says, the client comes to an end, gives every recipient a result,
// shows its password to TLS only, and sends nothing that could be taken for an earlier end of data.
#include "check.h"
#include "smtp/client_protocol.h"

#include <cstdint>

using namespace signet;
using namespace signet::smtp;

namespace {

constexpr std::size_t kRecipients = 3;
constexpr std::string_view kContent = "Subject: x\r\n\r\n.\r\n..\r\nhello";

ClientProtocol client_of(std::uint8_t options) {
    ClientSetting setting{.hostname = "fuzz.example",
                          .tls = static_cast<TlsPolicy>(options % 3),
                          .inside_tls = (options & 4) != 0};
    if (options & 8) setting.credentials = {"ann", Secret{"pencil"}};
    setting.nonce = "a-nonce-of-the-client";
    Outgoing message{.octets = kContent.size()};
    message.envelope.body = options & 16 ? mail::Body::eight_bit_mime : mail::Body::seven_bit;
    for (std::size_t i = 0; i < kRecipients; ++i) {
        message.envelope.recipients.push_back({{"bob", "example.net"}});
    }
    ClientProtocol client{std::move(setting), std::move(message)};
    if (options & 32) client.bind({"tls-exporter", Secret{"of this connection"}});
    return client;
}

void only_strict_newlines(std::string_view sent) {
    for (std::size_t i = 0; i < sent.size(); ++i) {
        if (sent[i] == '\r') CHECK(sent.substr(i + 1, 1) == "\n");
        if (sent[i] == '\n') CHECK(i > 0 && sent[i - 1] == '\r');
    }
}

void converse(ClientProtocol& client, std::string_view server, std::size_t step) {
    std::string sent;
    std::string_view content = kContent;
    bool secret_shown = false;
    for (std::size_t turns = 0;; ++turns) {
        CHECK(turns < 10'000 + 10 * server.size());
        auto next = client.next();
        if (auto* send = std::get_if<Send>(&next)) {
            CHECK(!send->octets.empty());
            sent += send->octets;
        } else if (std::holds_alternative<SendSecret>(next)) {
            CHECK(client.inside_tls());
            secret_shown = true;
        } else if (std::holds_alternative<SaltPassword>(next)) {
            client.salted(Secret{"not salted at all: that would take a fuzzer's time"});
        } else if (std::holds_alternative<NeedInput>(next)) {
            if (server.empty()) client.connection_lost("closed");
            client.received(server.substr(0, step));
            server.remove_prefix(std::min(step, server.size()));
        } else if (std::holds_alternative<HandshakeWanted>(next)) {
            client.handshake(Handshake::done);
        } else if (std::holds_alternative<ContentWanted>(next)) {
            client.content(content.substr(0, step));
            content.remove_prefix(std::min(step, content.size()));
        } else {
            CHECK(std::get<Finished>(next).recipients.size() == kRecipients);
            break;
        }
    }
    only_strict_newlines(sent);
    CHECK(sent.find("pencil") == std::string::npos);
    CHECK(!secret_shown || client.inside_tls());
    CHECK(std::holds_alternative<Finished>(client.next()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const std::string_view server{reinterpret_cast<const char*>(data) + 2, size - 2};
    auto client = client_of(data[0]);
    converse(client, server, 1u + data[1] % 64);
    return 0;
}
