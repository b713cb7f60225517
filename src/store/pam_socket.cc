#include "store/pam_socket.h"

#include "store/pam_protocol.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <limits>
#include <string>

namespace signet::store {
namespace {

bool wait_for(int socket, short what, SteadyTime until) {
    for (;;) {
        int wait_ms = -1;
        if (until != SteadyTime::max()) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(
                until - std::chrono::steady_clock::now());
            if (left.count() <= 0) return false;
            wait_ms = static_cast<int>(
                std::min<std::int64_t>(left.count(), std::numeric_limits<int>::max()));
        }
        pollfd one{.fd = socket, .events = what, .revents = 0};
        const int ready = ::poll(&one, 1, wait_ms);
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
}

bool send_all(int socket, std::string_view octets, SteadyTime until) {
    while (!octets.empty()) {
        if (!wait_for(socket, POLLOUT, until)) return false;
        const auto sent = ::send(socket, octets.data(), octets.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno != EINTR && errno != EAGAIN) return false;
        if (sent > 0) octets.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool receive_all(int socket, char* octets, std::size_t size, SteadyTime until) {
    while (size > 0) {
        if (!wait_for(socket, POLLIN, until)) return false;
        const auto got = ::recv(socket, octets, size, MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) return false;
        if (got < 0) continue;
        octets += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

}  // namespace

bool send_message(int socket, std::string_view message, SteadyTime until) {
    const auto size = static_cast<std::uint32_t>(message.size());
    const std::array<char, 4> head{static_cast<char>(size >> 24), static_cast<char>(size >> 16),
                                   static_cast<char>(size >> 8), static_cast<char>(size)};
    return send_all(socket, {head.data(), head.size()}, until) && send_all(socket, message, until);
}

std::optional<Secret> receive_message(int socket, SteadyTime until) {
    std::array<unsigned char, 4> head{};
    if (!receive_all(socket, reinterpret_cast<char*>(head.data()), head.size(), until)) return {};
    const auto size =
        static_cast<std::uint32_t>(head[0]) << 24 | head[1] << 16 | head[2] << 8 | head[3];
    if (size > kMaxPamMessage) return {};
    std::string message(size, '\0');
    if (!receive_all(socket, message.data(), size, until)) {
        wipe(message);
        return {};
    }
    return Secret{std::move(message)};
}

}  // namespace signet::store
