#include "admin/control_server.h"

#include "admin/may_steer.h"
#include "admin/serve_admin.h"
#include "net/local_users.h"

#include <unistd.h>

namespace signet::admin {
namespace {

// A look-up of a name may ask a directory server: on the pool.  If that is too busy, the number.
Task<std::string> name_of(const Services& services, unsigned uid) {
    auto name = std::to_string(uid);
    co_await services.passwords.pool.run([&] { name = net::user_name(uid); });
    co_return name;
}

Task<void> serve(const Services& services, std::optional<unsigned> group,
                 std::unique_ptr<net::Stream> stream, net::PeerCredentials peer) {
    if (!may_steer({peer.uid, peer.gid, peer.groups}, ::geteuid(), group)) {
        co_await refuse_admin(*stream, services.clock);
        co_return;
    }
    auto name = co_await name_of(services, peer.uid);
    co_await serve_admin(*stream, services,
                         audit::Actor{std::to_string(peer.uid), std::move(name), "cli"});
}

}  // namespace

Result<std::unique_ptr<ControlServer>, std::string> ControlServer::open(net::IoThreads& io,
                                                                        const std::string& path,
                                                                        const Services& services) {
    const auto group = net::group_id("signet-admin");
    auto listener = net::UnixListener::open(
        io, {.path = path, .group = group},
        [&services, group](std::unique_ptr<net::Stream> stream, net::PeerCredentials peer) {
            return serve(services, group, std::move(stream), std::move(peer));
        });
    if (!listener) return fail(listener.error());
    return std::unique_ptr<ControlServer>(new ControlServer(std::move(*listener)));
}

}  // namespace signet::admin
