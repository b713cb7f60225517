#include "app/service_manager.h"

#include "base/errno_text.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <utility>

namespace signet::app {
namespace {

struct Address {
    sockaddr_un name{};
    socklen_t size = 0;
};

std::optional<Address> address_of(const std::string& text) {
    Address address;
    if (text.size() < 2 || text.size() >= sizeof address.name.sun_path) return std::nullopt;
    if (text.front() != '/' && text.front() != '@') return std::nullopt;
    address.name.sun_family = AF_UNIX;
    std::memcpy(address.name.sun_path, text.data(), text.size());
    if (text.front() == '@') address.name.sun_path[0] = '\0';
    // An abstract name has no end but that of the address; a path is closed by the zero behind it.
    address.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + text.size());
    return address;
}

// 0, or an errno.
int send_to(const Address& address, std::string_view text) {
    const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return errno;
    const auto sent = ::sendto(socket, text.data(), text.size(), MSG_NOSIGNAL,
                               reinterpret_cast<const sockaddr*>(&address.name), address.size);
    const int error = sent < 0 ? errno : 0;
    ::close(socket);
    return error;
}

std::string microseconds_of(auto span) {
    return std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(span).count());
}

}  // namespace

ServiceManager::ServiceManager(std::string address, observe::Log& log)
    : address_(std::move(address)), log_(log) {}

std::string ServiceManager::address_from_environment() {
    const char* value =
        std::getenv("NOTIFY_SOCKET");  // NOLINT(concurrency-mt-unsafe): nobody sets it
    return value ? value : "";
}

void ServiceManager::ready() const { say("READY=1"); }

void ServiceManager::reloading(SteadyTime now) const {
    // Which is CLOCK_MONOTONIC: libstdc++ and libc++ both read that one.
    say("RELOADING=1\nMONOTONIC_USEC=" + microseconds_of(now.time_since_epoch()));
}

void ServiceManager::stopping(std::chrono::seconds at_most) const {
    say("STOPPING=1\nEXTEND_TIMEOUT_USEC=" + microseconds_of(at_most));
}

void ServiceManager::say(std::string_view text) const {
    if (address_.empty()) return;
    const auto address = address_of(address_);
    const int error = address ? send_to(*address, text) : EINVAL;
    if (error == 0) return;
    log_.write(observe::Level::warning, "the service manager cannot be told how far we are",
               {{"socket", address_}, {"detail", errno_text(error)}});
}

}  // namespace signet::app
