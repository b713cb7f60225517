// Who may steer the server.
#pragma once

#include <optional>
#include <vector>

namespace signet::admin {

// Of the process at the other end of the socket, as the kernel says (SO_PEERCRED, SO_PEERGROUPS).
struct Peer {
    unsigned uid = 0;
    unsigned gid = 0;
    std::vector<unsigned> groups;
};

// root, the server's own user, and members of the group signet-admin if there is one.
bool may_steer(const Peer& peer, unsigned server_uid, std::optional<unsigned> admin_group);

}  // namespace signet::admin
