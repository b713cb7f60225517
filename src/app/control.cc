#include "app/control.h"

#include "admin/may_steer.h"
#include "admin/serve_admin.h"
#include "app/files.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

namespace signet::app {
namespace {

constexpr std::size_t kNameBuffer = 16'384;  // of getgrnam_r and getpwuid_r

std::optional<unsigned> admin_group() {
    std::vector<char> buffer(kNameBuffer);
    group entry{};
    group* found = nullptr;
    ::getgrnam_r("signet-admin", &entry, buffer.data(), buffer.size(), &found);
    return found ? std::optional<unsigned>{found->gr_gid} : std::nullopt;
}

std::string user_name(unsigned uid) {
    std::vector<char> buffer(kNameBuffer);
    passwd entry{};
    passwd* found = nullptr;
    ::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found);
    return found ? found->pw_name : std::to_string(uid);
}

// One connection, from the kernel's word about its peer to its end.
Task<void> serve(std::unique_ptr<net::Stream> stream, net::PeerCredentials peer,
                 const admin::Services& services, std::optional<unsigned> group) {
    if (!admin::may_steer({peer.uid, peer.gid, peer.groups}, ::geteuid(), group)) {
        co_await admin::refuse_admin(*stream, services.clock);
        co_return;
    }
    co_await admin::serve_admin(*stream, services,
                                {std::to_string(peer.uid), user_name(peer.uid), "cli"});
}

}  // namespace

Result<std::unique_ptr<net::UnixListener>, StartFault> open_control_socket(
    net::IoThreads& io, const std::string& path, const admin::Services& services) {
    if (auto made = make_directory(std::filesystem::path{path}.parent_path().string()); !made) {
        return fail(StartFault::failed(made.error()));
    }
    const auto group = admin_group();
    auto handler = [&services, group](std::unique_ptr<net::Stream> stream,
                                      net::PeerCredentials peer) {
        return serve(std::move(stream), std::move(peer), services, group);
    };
    auto opened = net::UnixListener::open(io, {.path = path, .group = group}, std::move(handler));
    if (!opened) return fail(StartFault::taken(opened.error()));
    return std::move(*opened);
}

}  // namespace signet::app
