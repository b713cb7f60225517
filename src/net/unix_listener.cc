#include "net/unix_listener.h"

#include "base/errno_text.h"
#include "net/readiness.h"
#include "net/socket_stream.h"
#include "net/timer.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <atomic>
#include <cerrno>
#include <cstring>

namespace signet::net {

namespace {

constexpr mode_t kMode = 0660;
constexpr int kBacklog = 16;
constexpr std::chrono::milliseconds kPause{100};  // when there is nothing left to accept with

struct Shared {
    IoThreads& io;
    UnixListenerOptions options;
    UnixHandler handler;
    std::atomic<bool> stopped = false;
    unsigned connections = 0;  // on the I/O thread only
};

struct UnixAcceptor {
    std::shared_ptr<Shared> shared;
    Readiness ready;
};

std::optional<sockaddr_un> address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path) return std::nullopt;
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

const sockaddr* raw(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

int new_socket() { return ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }

// Empty: the path is free now.
std::string clear(const std::string& path, const sockaddr_un& address) {
    struct stat status{};
    if (::lstat(path.c_str(), &status) != 0) {
        return errno == ENOENT ? "" : path + ": " + errno_text(errno);
    }
    if (!S_ISSOCK(status.st_mode)) return path + " is there and is not a socket";
    const int probe = new_socket();
    if (probe < 0) return path + ": " + errno_text(errno);
    const int result = ::connect(probe, raw(address), sizeof address);
    const int error = result == 0 ? 0 : errno;
    ::close(probe);
    if (error == 0 || error == EAGAIN) {
        return path + " is in use: another Signet with these settings runs";
    }
    if (error != ECONNREFUSED && error != ENOENT) return path + ": " + errno_text(error);
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return path + ": " + errno_text(errno);
    return {};
}

// The mode is set before the name is there: the kernel makes the file with the mode of the socket,
// less the umask, so that nobody outside ever had a moment to connect.
int bind_and_listen(int socket, const sockaddr_un& address, const UnixListenerOptions& options) {
    if (::fchmod(socket, kMode) != 0) return errno;
    if (::bind(socket, raw(address), sizeof address) != 0) return errno;
    if (options.group) {  // only root may give it to a group that it is not in
        (void)!::chown(options.path.c_str(), static_cast<uid_t>(-1), *options.group);
    }
    if (::chmod(options.path.c_str(), kMode) != 0) return errno;  // what the umask took
    return ::listen(socket, kBacklog) == 0 ? 0 : errno;
}

Result<int, std::string> listen_at(const UnixListenerOptions& options) {
    const auto address = address_of(options.path);
    if (!address) return fail("the path of a socket has 1 to 107 octets: " + options.path);
    if (auto reason = clear(options.path, *address); !reason.empty()) return fail(reason);
    const int socket = new_socket();
    const int error = socket < 0 ? errno : bind_and_listen(socket, *address, options);
    if (error == 0) return socket;
    if (socket >= 0) ::close(socket);
    return fail("cannot listen on " + options.path + ": " + errno_text(error));
}

std::optional<PeerCredentials> credentials_of(int socket) {
    ucred who{};
    socklen_t size = sizeof who;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) return std::nullopt;
    PeerCredentials peer{who.pid, who.uid, who.gid, {}};
    constexpr std::size_t kMaxGroups = 65'536;  // NGROUPS_MAX
    std::vector<gid_t> groups(64);
    for (;;) {
        size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
        if (::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) == 0) break;
        if (errno != ERANGE || groups.size() > kMaxGroups) return std::nullopt;
        groups.resize(size / sizeof(gid_t));
    }
    groups.resize(size / sizeof(gid_t));
    peer.groups.assign(groups.begin(), groups.end());
    return peer;
}

Task<void> serve(std::shared_ptr<Shared> shared, std::unique_ptr<Stream> stream,
                 PeerCredentials peer) {
    co_await shared->handler(std::move(stream), std::move(peer));
    --shared->connections;
}

void hand_over(const std::shared_ptr<Shared>& shared, int socket) {
    auto peer = credentials_of(socket);
    if (!peer || shared->connections >= shared->options.connections) {
        ::close(socket);
        return;
    }
    ++shared->connections;
    const auto thread = shared->options.thread;
    auto stream = make_socket_stream(shared->io.executor(thread), socket, nullptr);
    shared->io.spawn(thread, serve(shared, std::move(stream), std::move(*peer)));
}

// false: out of descriptors or memory.
bool accept_waiting(UnixAcceptor& acceptor) {
    for (;;) {
        const int socket =
            ::accept4(acceptor.ready.descriptor(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (socket >= 0) {
            hand_over(acceptor.shared, socket);
        } else if (errno != EINTR && errno != ECONNABORTED) {
            return errno == EAGAIN || errno == EWOULDBLOCK;
        }
    }
}

Task<void> accept_all(std::shared_ptr<UnixAcceptor> acceptor) {
    while (!acceptor->shared->stopped) {
        const auto ready = co_await acceptor->ready.wait(Readiness::For::read, Deadline::never(),
                                                         Readiness::Drain::ends_wait);
        if (!ready) break;
        if (!accept_waiting(*acceptor) && !co_await sleep_for(kPause)) break;
    }
}

}  // namespace

struct UnixListener::Impl {
    std::shared_ptr<Shared> shared;
    std::weak_ptr<UnixAcceptor> acceptor;
    dev_t device = 0;
    ino_t inode = 0;
};

Result<std::unique_ptr<UnixListener>, std::string> UnixListener::open(IoThreads& io,
                                                                      UnixListenerOptions options,
                                                                      UnixHandler handler) {
    const auto socket = listen_at(options);
    if (!socket) return fail(socket.error());
    auto impl = std::make_unique<Impl>();
    struct stat status{};
    if (::stat(options.path.c_str(), &status) == 0) {
        impl->device = status.st_dev;
        impl->inode = status.st_ino;
    }
    const auto thread = options.thread;
    impl->shared = std::make_shared<Shared>(io, std::move(options), std::move(handler));
    auto acceptor =
        std::make_shared<UnixAcceptor>(impl->shared, Readiness(io.executor(thread), *socket));
    impl->acceptor = acceptor;
    io.spawn(thread, accept_all(std::move(acceptor)));
    return std::unique_ptr<UnixListener>(new UnixListener(std::move(impl)));
}

UnixListener::UnixListener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

UnixListener::~UnixListener() {
    stop();
    struct stat status{};
    const auto& path = impl_->shared->options.path;
    if (::lstat(path.c_str(), &status) == 0 && status.st_dev == impl_->device &&
        status.st_ino == impl_->inode) {
        ::unlink(path.c_str());
    }
}

void UnixListener::stop() {
    if (impl_->shared->stopped.exchange(true)) return;
    if (auto acceptor = impl_->acceptor.lock()) {  // its last owner is the I/O thread
        impl_->shared->io.post(impl_->shared->options.thread,
                               [acceptor = std::move(acceptor)] { acceptor->ready.cancel(); });
    }
}

}  // namespace signet::net
