#include "admin/may_steer.h"

#include <algorithm>

namespace signet::admin {

bool may_steer(const Peer& peer, unsigned server_uid, std::optional<unsigned> admin_group) {
    if (peer.uid == 0 || peer.uid == server_uid) return true;
    if (!admin_group) return false;
    return peer.gid == *admin_group ||
           std::ranges::find(peer.groups, *admin_group) != peer.groups.end();
}

}  // namespace signet::admin
