#include "cli/link.h"

#include "base/errno_text.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/json.hpp>

#include <cerrno>
#include <cstring>

namespace signet::cli {
namespace {

namespace json = boost::json;

constexpr int kPatienceSeconds = 60;
constexpr std::size_t kMaxAnswerOctets = 1u << 20;  // of one line

Exit exit_of(std::string_view kind) {
    if (kind == "usage") return Exit::usage;
    if (kind == "not_allowed") return Exit::not_allowed;
    if (kind == "not_found") return Exit::not_found;
    if (kind == "conflict") return Exit::conflict;
    if (kind == "try_later") return Exit::try_later;
    return Exit::failed;
}

LinkFault broken() {
    return {Exit::unreachable, "the server broke off in the middle of an answer"};
}

class SocketLink final : public Link {
public:
    explicit SocketLink(int socket) : socket_(socket) {}
    ~SocketLink() override { ::close(socket_); }
    SocketLink(const SocketLink&) = delete;
    SocketLink& operator=(const SocketLink&) = delete;

    Result<std::string, LinkFault> ask(Secret request, const Take& take) override {
        if (!write(request.reveal())) return fail(broken());
        for (;;) {
            auto line = read_line();
            if (!line) return fail(broken());
            json::error_code error;
            const auto value = json::parse(*line, error);
            const auto* object = error ? nullptr : value.if_object();
            if (!object) return fail(broken());
            if (const auto* item = object->if_contains("item")) {
                take(json::serialize(*item));
            } else if (const auto* done = object->if_contains("done")) {
                return json::serialize(*done);
            } else {
                return fail(fault_of(*object));
            }
        }
    }

private:
    static LinkFault fault_of(const json::object& object) {
        const auto* error = object.if_contains("error");
        const auto* details = error ? error->if_object() : nullptr;
        const auto* kind = details ? details->if_contains("kind") : nullptr;
        const auto* message = details ? details->if_contains("message") : nullptr;
        if (!kind || !kind->is_string() || !message || !message->is_string()) return broken();
        return {exit_of(kind->get_string()), std::string{message->get_string()}};
    }

    bool write(std::string_view octets) {
        while (!octets.empty()) {
            const auto sent = ::send(socket_, octets.data(), octets.size(), MSG_NOSIGNAL);
            if (sent < 0 && errno == EINTR) continue;
            if (sent <= 0) return false;
            octets.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }

    std::optional<std::string> read_line() {
        for (;;) {
            const auto end = buffer_.find('\n');
            if (end != std::string::npos) {
                auto line = buffer_.substr(0, end);
                buffer_.erase(0, end + 1);
                return line;
            }
            if (buffer_.size() > kMaxAnswerOctets) return {};
            char part[4'096];
            const auto got = ::recv(socket_, part, sizeof part, 0);
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return {};
            buffer_.append(part, static_cast<std::size_t>(got));
        }
    }

    int socket_;
    std::string buffer_;
};

LinkFault no_server(const std::string& path, int error) {
    if (error == EACCES) {
        return {Exit::not_allowed, "no right to use " + path +
                                       "; root, the server's user and the group signet-admin may"};
    }
    return {Exit::unreachable, "no server answers at " + path + ": " + errno_text(error)};
}

}  // namespace

Result<std::unique_ptr<Link>, LinkFault> connect_to(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return fail(no_server(path, ENAMETOOLONG));
    std::memcpy(address.sun_path, path.data(), path.size());
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return fail(no_server(path, errno));
    const timeval patience{kPatienceSeconds, 0};
    (void)::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    (void)::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        const int error = errno;
        ::close(socket);
        return fail(no_server(path, error));
    }
    return std::make_unique<SocketLink>(socket);
}

}  // namespace signet::cli
