#include "net/listener.h"

#include "base/errno_text.h"
#include "net/listen_socket.h"
#include "net/readiness.h"
#include "net/socket_stream.h"
#include "net/timer.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <atomic>
#include <cerrno>

namespace signet::net {

namespace {

constexpr std::chrono::milliseconds kPause{100};  // when there is nothing left to accept with
constexpr unsigned kPausesPerWarning = 10;
constexpr unsigned kBatch = 64;  // accepted before others have their turn

// What all threads of a listener share; lives as long as the last of its connections.
struct Shared {
    IoThreads& io;
    ListenerOptions options;
    ConnectionHandler handler;
    std::atomic<bool> stopped = false;
};

// One socket on one thread.
struct Acceptor {
    unsigned thread;
    std::shared_ptr<Shared> shared;
    Readiness ready;
    unsigned pauses = 0;
};

// Of one connection only, says accept(2): the next may be well.
bool is_passing(int error) {
    switch (error) {
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case ENETDOWN:
    case ENOPROTOOPT:
    case EHOSTDOWN:
    case ENONET:
    case EHOSTUNREACH:
    case EOPNOTSUPP:
    case ENETUNREACH:
    case ETIMEDOUT:
    case EPERM: return true;
    default: return false;
    }
}

void hand_over(Acceptor& acceptor, int socket) {
    const int on = 1;  // whole replies are written at once; waiting for more costs 40 ms
    (void)::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto& shared = *acceptor.shared;
    auto stream =
        make_socket_stream(shared.io.executor(acceptor.thread), socket, shared.options.tls);
    shared.io.spawn(acceptor.thread,
                    [shared = acceptor.shared, stream = std::move(stream)]() mutable {
                        return shared->handler(std::move(stream));
                    });
}

// 0: nobody is waiting.  EAGAIN: others may be, but it is not our turn.  Else what is in the way.
int accept_batch(Acceptor& acceptor) {
    for (unsigned i = 0; i < kBatch;) {
        const int socket =
            ::accept4(acceptor.ready.descriptor(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (socket >= 0) {
            hand_over(acceptor, socket);
            ++i;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return 0;
        } else if (!is_passing(errno)) {
            return errno;
        }
    }
    return EAGAIN;
}

// Out of descriptors or memory: the connections wait in the backlog meanwhile.
Task<void> pause(Acceptor& acceptor, int error) {
    const auto& warn = acceptor.shared->options.warn;
    if (acceptor.pauses++ % kPausesPerWarning == 0 && warn) {
        warn(std::string("cannot accept connections for now: ") + errno_text(error));
    }
    co_await sleep_for(kPause);
}

Task<void> accept_all(std::shared_ptr<Acceptor> acceptor) {
    for (;;) {
        const auto ready = co_await acceptor->ready.wait(Readiness::For::read, Deadline::never(),
                                                         Readiness::Drain::ends_wait);
        int error = accept_batch(*acceptor);
        if (!ready || acceptor->shared->stopped) {
            while (error == EAGAIN) error = accept_batch(*acceptor);
            break;
        }
        if (error != 0 && error != EAGAIN) {
            co_await pause(*acceptor, error);
        } else {
            acceptor->pauses = 0;
        }
    }
}

}  // namespace

struct Listener::Impl {
    std::shared_ptr<Shared> shared;
    std::vector<Endpoint> addresses;
    std::vector<std::weak_ptr<Acceptor>> acceptors;
};

Result<std::unique_ptr<Listener>, std::string> Listener::open(IoThreads& io,
                                                              ListenerOptions options,
                                                              ConnectionHandler handler) {
    auto impl = std::make_unique<Impl>();
    impl->shared = std::make_shared<Shared>(io, std::move(options), std::move(handler));
    // Opened all, then served: a listener is whole or not there.
    std::vector<std::shared_ptr<Acceptor>> opened;
    for (const auto& address : impl->shared->options.bind) {
        const auto made = listen_on(address, io.size(), impl->shared->options.backlog);
        if (!made) return fail(made.error());
        impl->addresses.push_back(made->bound);
        for (unsigned thread = 0; thread < io.size(); ++thread) {
            opened.push_back(std::make_shared<Acceptor>(
                thread, impl->shared, Readiness(io.executor(thread), made->sockets[thread])));
        }
    }
    for (auto& acceptor : opened) {
        impl->acceptors.push_back(acceptor);
        const unsigned thread = acceptor->thread;
        io.spawn(thread, accept_all(std::move(acceptor)));
    }
    return std::unique_ptr<Listener>(new Listener(std::move(impl)));
}

Listener::Listener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Listener::~Listener() { stop(); }

const std::vector<Endpoint>& Listener::addresses() const { return impl_->addresses; }

void Listener::stop() {
    if (impl_->shared->stopped.exchange(true)) return;
    for (const auto& weak : impl_->acceptors) {
        // Moved, not shared: it must not die here, on a thread that is not its own.
        if (auto acceptor = weak.lock()) {
            const auto thread = acceptor->thread;
            impl_->shared->io.post(thread,
                                   [acceptor = std::move(acceptor)] { acceptor->ready.cancel(); });
        }
    }
}

}  // namespace signet::net
