// The least that a submission server over TLS can cost: raw epoll and OpenSSL, no code of Signet,
// no accounts (every AUTH is right), nothing is kept.  What Signet does beyond this is what Signet
// costs; every figure of the bench is held against it.
//
//   bench_bare_tls PORT CERTIFICATE KEY [THREADS]      127.0.0.1, TLS from the first octet
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

struct Connection {
    SSL* ssl = nullptr;
    int socket = -1;
    bool greeted = false, in_data = false;
    unsigned challenges = 0;  // of a SCRAM exchange that are still to come
    bool proven = false;      // the client has yet to answer the last of them
    std::string line;         // a command that is not complete yet
    std::string unsent;       // what the socket did not take
    unsigned matched = 2;     // octets of CRLF.CRLF seen; content begins at the start of a line
};

constexpr std::string_view kEnd = "\r\n.\r\n";
constexpr std::string_view kSignedIn = "235 2.7.0 ok\r\n";

SSL_CTX* make_context(const char* certificate, const char* key) {
    auto* context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1);
    if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1) {
        std::fprintf(stderr, "bare_tls: cannot load %s and %s\n", certificate, key);
        return nullptr;
    }
    return context;
}

int listen_on(std::uint16_t port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket < 0) return -1;
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(socket, 1'024) != 0) {
        std::perror("bare_tls: listen");
        ::close(socket);
        return -1;
    }
    return socket;
}

std::string base64(std::string_view octets) {
    std::string text((octets.size() + 2) / 3 * 4 + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(octets.data()),
                                     static_cast<int>(octets.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

// The lines of a SCRAM exchange, and no more: the nonce of the client's first message with some
// octets behind it, a salt, and a proof that nobody made.
std::string scram_challenge(Connection& connection, std::string_view command) {
    if (connection.challenges-- == 1) return "334 " + base64("v=" + std::string(43, 'A') + "=");
    const auto initial = command.substr(command.rfind(' ') + 1);
    std::string first(initial.size(), '\0');
    EVP_DecodeBlock(reinterpret_cast<unsigned char*>(first.data()),
                    reinterpret_cast<const unsigned char*>(initial.data()),
                    static_cast<int>(initial.find_last_not_of("\r\n") + 1));
    first.resize(first.find('\0'));
    return "334 " + base64(first.substr(first.rfind("r=")) +
                           "bare-server-of-the-bench,s=c2FsdHNhbHRzYWx0c2FsdA==,i=4096");
}

// The reply to one command, and what the connection does next.
std::string_view answer(Connection& connection, std::string_view command) {
    const auto verb = command.substr(0, 4);
    if (verb == "EHLO") {
        return "250-bare\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SIZE 52428800\r\n"
               "250 AUTH PLAIN\r\n";
    }
    if (verb == "AUTH") return kSignedIn;
    if (verb == "QUIT") return "221 2.0.0 bye\r\n";
    if (verb == "DATA") {
        connection.in_data = true;
        connection.matched = 2;
        return "354 go on\r\n";
    }
    return "250 2.0.0 ok\r\n";
}

// Takes content up to the final dot; what follows it.
std::string_view take_content(Connection& connection, std::string_view octets,
                              std::string& replies) {
    for (std::size_t i = 0; i < octets.size(); ++i) {
        const char octet = octets[i];
        if (octet == kEnd[connection.matched]) {
            if (++connection.matched < kEnd.size()) continue;
            connection.in_data = false;
            replies += "250 2.0.0 taken\r\n";
            return octets.substr(i + 1);
        }
        connection.matched = octet == '\r' ? 1 : 0;
    }
    return {};
}

void take(Connection& connection, std::string_view octets, std::string& replies) {
    while (!octets.empty()) {
        if (connection.in_data) {
            octets = take_content(connection, octets, replies);
            continue;
        }
        const auto end = octets.find('\n');
        connection.line += octets.substr(0, end);
        if (end == std::string_view::npos) break;
        octets.remove_prefix(end + 1);
        if (connection.line.starts_with("AUTH SCRAM")) connection.challenges = 2;
        if (connection.challenges > 0) {
            replies += scram_challenge(connection, connection.line) + "\r\n";
            connection.proven = connection.challenges == 0;
        } else if (std::exchange(connection.proven, false)) {
            replies += kSignedIn;
        } else {
            replies += answer(connection, connection.line);
        }
        connection.line.clear();
    }
}

class Server {
public:
    Server(SSL_CTX* context, int listening)
        : context_(context), listening_(listening), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
        watch(listening_, nullptr, EPOLL_CTL_ADD, EPOLLIN);
    }

    void run() {
        std::vector<epoll_event> events(256);
        for (;;) {
            const int count = ::epoll_wait(epoll_, events.data(), 256, -1);
            for (int i = 0; i < count; ++i) {
                auto* connection = static_cast<Connection*>(events[i].data.ptr);
                if (!connection) {
                    accept_all();
                } else if (!go_on(*connection)) {
                    SSL_free(connection->ssl);
                    ::close(connection->socket);
                    delete connection;
                }
            }
        }
    }

private:
    void watch(int socket, Connection* connection, int how, unsigned events) {
        epoll_event event{};
        event.events = events;
        event.data.ptr = connection;
        ::epoll_ctl(epoll_, how, socket, &event);
    }

    void accept_all() {
        for (;;) {
            const int socket =
                ::accept4(listening_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (socket < 0) return;
            const int on = 1;
            ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            auto* connection = new Connection;
            connection->socket = socket;
            connection->ssl = SSL_new(context_);
            SSL_set_fd(connection->ssl, socket);
            SSL_set_accept_state(connection->ssl);
            watch(socket, connection, EPOLL_CTL_ADD, EPOLLIN);
        }
    }

    // false: it is over.
    bool go_on(Connection& connection) {
        ERR_clear_error();
        if (!SSL_is_init_finished(connection.ssl)) {
            const int done = SSL_do_handshake(connection.ssl);
            if (done != 1) return wait_for(connection, done);
        }
        std::string replies;
        if (!connection.greeted) replies = "220 bare ESMTP\r\n";
        connection.greeted = true;
        int got = 0;
        while ((got = SSL_read(connection.ssl, scratch_.data(),
                               static_cast<int>(scratch_.size()))) > 0) {
            take(connection, {scratch_.data(), static_cast<std::size_t>(got)}, replies);
            if (!SSL_has_pending(connection.ssl)) break;
        }
        // Asked before the next call changes the answer.
        if (got <= 0 && !wait_for(connection, got)) return false;
        connection.unsent += replies;
        return flush(connection);
    }

    bool flush(Connection& connection) {
        auto& unsent = connection.unsent;
        while (!unsent.empty()) {
            const int put =
                SSL_write(connection.ssl, unsent.data(), static_cast<int>(unsent.size()));
            if (put <= 0) return wait_for(connection, put);
            unsent.erase(0, static_cast<std::size_t>(put));
        }
        if (unsent.capacity() > 64) std::string().swap(unsent);
        return true;
    }

    bool wait_for(Connection& connection, int result) {
        const int error = SSL_get_error(connection.ssl, result);
        if (error == SSL_ERROR_WANT_READ) return true;
        if (error != SSL_ERROR_WANT_WRITE) return false;
        watch(connection.socket, &connection, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
        return true;
    }

    SSL_CTX* context_;
    int listening_;
    int epoll_;
    std::vector<char> scratch_ = std::vector<char>(65'536);
};

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4 || argc > 5) {
        std::fprintf(stderr, "bench_bare_tls PORT CERTIFICATE KEY [THREADS]\n");
        return 2;
    }
    std::signal(SIGPIPE, SIG_IGN);
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    const auto port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    auto* context = make_context(argv[2], argv[3]);
    if (!context) return 1;
    const unsigned threads = argc > 4 ? static_cast<unsigned>(std::atoi(argv[4]))
                                      : std::max(1u, std::thread::hardware_concurrency());
    std::vector<int> listening;
    for (unsigned i = 0; i < threads; ++i) {
        listening.push_back(listen_on(port));
        if (listening.back() < 0) return 1;
    }
    std::vector<std::thread> running;
    running.reserve(threads);
    for (const int socket : listening) {
        running.emplace_back([=] { Server(context, socket).run(); });
    }
    for (auto& thread : running) thread.join();
    return 0;
}
