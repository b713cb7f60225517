#include "net/resolve.h"

#include "net/loop.h"
#include "net/resume.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <sys/un.h>
#include <cstring>

namespace signet::net {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::size_t kMaxAddresses = 8;

using Answer = Result<std::vector<Address>, ConnectFault>;
using Kind = ConnectFault::Kind;

Address address_of(const tcp::endpoint& endpoint) {
    Address address;
    address.size = static_cast<socklen_t>(endpoint.size());
    std::memcpy(&address.storage, endpoint.data(), endpoint.size());
    return address;
}

Answer unix_address(const std::string& path) {
    Address address;
    auto& unix = reinterpret_cast<sockaddr_un&>(address.storage);
    unix.sun_family = AF_UNIX;
    if (path.size() >= sizeof unix.sun_path) {
        return fail(ConnectFault{Kind::no_such_host, path + ": too long for a socket"});
    }
    std::memcpy(unix.sun_path, path.c_str(), path.size() + 1);
    address.size = static_cast<socklen_t>(sizeof unix);
    return std::vector{address};
}

// A look-up that the caller may stop waiting for.  Kept alive by its own callbacks.
struct LookUp final : Loop::Waiter, std::enable_shared_from_this<LookUp> {
    explicit LookUp(const asio::any_io_executor& executor)
        : Waiter(Loop::of(executor)), resolver(executor), timer(executor) {}

    void begin(const std::string& host, std::uint16_t port, Deadline deadline) {
        join();
        name = host;
        resolver.async_resolve(
            host, std::to_string(port),
            [self = shared_from_this()](const boost::system::error_code& ec,
                                        const tcp::resolver::results_type& found) {
                self->found(ec, found);
            });
        timer.expires_at(deadline.when());
        timer.async_wait([self = shared_from_this()](const boost::system::error_code& ec) {
            if (!ec)
                self->end(fail(ConnectFault{Kind::timed_out, self->name + ": no answer of the "
                                                                          "resolver in time"}));
        });
    }

    void found(const boost::system::error_code& ec, const tcp::resolver::results_type& results) {
        if (ec == asio::error::host_not_found || ec == asio::error::no_data) {
            return end(fail(ConnectFault{Kind::no_such_host, name + ": no such host"}));
        }
        if (ec) return end(fail(ConnectFault{Kind::resolver, name + ": " + ec.message()}));
        std::vector<Address> addresses;
        for (const auto& entry : results) {
            if (addresses.size() < kMaxAddresses) addresses.push_back(address_of(entry.endpoint()));
        }
        if (addresses.empty()) {
            return end(fail(ConnectFault{Kind::no_such_host, name + ": no address"}));
        }
        end(std::move(addresses));
    }

    // Whichever comes first is the answer.
    void end(Answer answer) {
        if (!resume) return;
        auto wake = std::move(*resume);
        resume.reset();
        timer.cancel();
        resolver.cancel();
        wake(std::move(answer));
    }

    void begin_drain() override {}
    void cancel() override {
        end(fail(ConnectFault{Kind::cancelled, name + ": the server stops"}));
    }

    tcp::resolver resolver;
    asio::steady_timer timer;
    std::string name;
    std::optional<Resume<Answer>> resume;
};

}  // namespace

Task<Answer> resolve(std::string host, std::uint16_t port, Deadline deadline) {
    if (host.starts_with('/')) co_return unix_address(host);
    boost::system::error_code not_an_address;
    const auto literal = asio::ip::make_address(host, not_an_address);
    if (!not_an_address) co_return std::vector{address_of(tcp::endpoint(literal, port))};

    const auto look_up = std::make_shared<LookUp>(co_await asio::this_coro::executor);
    co_return co_await suspend<Answer>([&](Resume<Answer> resume) {
        look_up->resume.emplace(std::move(resume));
        look_up->begin(host, port, deadline);
    });
}

}  // namespace signet::net
