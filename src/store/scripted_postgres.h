// For tests: a PostgreSQL server that says what a test wants it to say (version 3.0 of the
// protocol, "Frontend/Backend Protocol" in PostgreSQL's manual), on a free port of the loopback.
#pragma once

#include "store/postgres_pool.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace signet::store {

class ScriptedPostgres {
public:
    struct Message {
        char type = 0;  // 0: one without a type, with which a connection begins
        std::string body;
    };

    // A connection, as the server sees it.
    class Client {
    public:
        explicit Client(int socket) : socket_(socket) {}
        // nullopt: it is gone.
        std::optional<Message> read(bool typed) const {
            Message message;
            std::string size(4, '\0');
            if (typed && !fill(&message.type, 1)) return {};
            if (!fill(size.data(), size.size())) return {};
            const auto octets = number(size);
            if (octets < 4 || octets > 1u << 20) return {};
            message.body.resize(octets - 4);
            if (!fill(message.body.data(), message.body.size())) return {};
            return message;
        }
        // false: it is gone.
        bool write(const std::string& octets) const {
            for (std::size_t sent = 0; sent < octets.size();) {
                const auto more =
                    ::send(socket_, octets.data() + sent, octets.size() - sent, MSG_NOSIGNAL);
                if (more <= 0) return false;
                sent += static_cast<std::size_t>(more);
            }
            return true;
        }
        bool say(char type, const std::string& body = {}) const {
            return write(message(type, body));
        }

    private:
        bool fill(char* to, std::size_t octets) const {
            while (octets > 0) {
                const auto more = ::recv(socket_, to, octets, 0);
                if (more <= 0) return false;
                to += more;
                octets -= static_cast<std::size_t>(more);
            }
            return true;
        }
        int socket_;
    };

    // What it does with a message; false: what a server does that knows everything and finds
    // nothing.
    using Script = std::function<bool(const Client&, const Message&)>;

    explicit ScriptedPostgres(Script script = {}) : script_(std::move(script)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        ::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address);
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        ::listen(listener_, 16);
        port_ = ::ntohs(address.sin_port);
        accepting_ = std::thread{[this] { accept_all(); }};
    }
    ~ScriptedPostgres() {
        ::shutdown(listener_, SHUT_RDWR);
        accepting_.join();
        for (const int one : sockets_) ::shutdown(one, SHUT_RDWR);
        for (auto& one : clients_) one.join();
        for (const int one : sockets_) ::close(one);
        ::close(listener_);
    }
    ScriptedPostgres(const ScriptedPostgres&) = delete;
    ScriptedPostgres& operator=(const ScriptedPostgres&) = delete;

    // In the clear, with one connection and one statement.
    PostgresPoolOptions options() const {
        PostgresPoolOptions made;
        made.server.hosts = {{"127.0.0.1", port_}};
        made.server.database = "mail";
        made.server.user = "signet";
        made.server.tls = PostgresTls::none;
        made.connections = 1;
        made.timeout = std::chrono::seconds{20};
        made.statements = {"SELECT 1"};
        return made;
    }
    // All that was said to it so far: the types, and what came without one whole.
    std::vector<std::string> heard() const {
        const std::lock_guard lock(mutex_);
        return heard_;
    }

    static std::string number(std::uint32_t value, unsigned octets) {
        std::string text;
        for (unsigned i = octets; i-- > 0;) text += static_cast<char>(value >> (8 * i) & 0xFF);
        return text;
    }
    static std::uint32_t number(const std::string& octets) {
        std::uint32_t value = 0;
        for (const char c : octets) value = value << 8 | static_cast<unsigned char>(c);
        return value;
    }
    static std::string message(char type, const std::string& body) {
        return type + number(static_cast<std::uint32_t>(body.size() + 4), 4) + body;
    }
    // A NotificationResponse of the channel.
    static std::string notice() { return message('A', number(1, 4) + "accounts" + '\0' + '\0'); }

    static constexpr std::uint32_t kSslRequest = 80'877'103;

private:
    void accept_all() {
        for (;;) {
            const int one = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (one < 0) return;
            sockets_.push_back(one);
            clients_.emplace_back([this, one] {
                serve(Client{one});
                ::shutdown(one, SHUT_RDWR);
            });
        }
    }
    std::optional<Message> next(const Client& client, bool typed) {
        auto message = client.read(typed);
        if (!message) return {};
        const std::lock_guard lock(mutex_);
        heard_.push_back(message->type == 0 ? message->body : std::string{message->type});
        return message;
    }
    void serve(const Client& client) {
        auto first = next(client, false);
        if (first && number(first->body) == kSslRequest) {
            client.write("N");
            first = next(client, false);
        }
        if (!first) return;
        client.say('R', number(0, 4));
        client.say('S', std::string{"server_version\0"
                                    "15.0\0",
                                    20});
        client.say('Z', "I");
        while (const auto message = next(client, true)) {
            if (message->type == 'X') return;
            if (!script_ || !script_(client, *message)) answer(client, *message);
        }
    }
    static void answer(const Client& client, const Message& message) {
        switch (message.type) {
        case 'P': client.say('1'); break;
        case 'B': client.say('2'); break;
        case 'D':
            if (message.body.starts_with('S')) client.say('t', number(0, 2));
            client.say('n');
            break;
        case 'E': client.say('C', std::string{"SELECT 0\0", 9}); break;
        case 'S': client.say('Z', "I"); break;
        case 'Q':
            client.say('C', std::string{"LISTEN\0", 7});
            client.say('Z', "I");
            break;
        default: break;
        }
    }

    const Script script_;
    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::vector<int> sockets_;
    std::vector<std::thread> clients_;
    mutable std::mutex mutex_;
    std::vector<std::string> heard_;  // guarded by mutex_
    std::thread accepting_;           // last: it uses the others
};

}  // namespace signet::store
