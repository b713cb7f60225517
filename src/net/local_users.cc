#include "net/local_users.h"

#include <grp.h>
#include <pwd.h>
#include <cerrno>
#include <vector>

namespace signet::net {

namespace {

constexpr std::size_t kMaxEntryOctets = 1u << 20;  // a group may have many members

// Calls `ask(buffer, size)` with ever more room, until it is enough.
template <class Ask>
void with_room(Ask ask) {
    for (std::vector<char> room(4'096);; room.resize(room.size() * 4)) {
        if (ask(room.data(), room.size()) != ERANGE || room.size() > kMaxEntryOctets) return;
    }
}

}  // namespace

std::string user_name(unsigned uid) {
    auto name = std::to_string(uid);
    with_room([&](char* room, std::size_t size) {
        passwd entry{};
        passwd* found = nullptr;
        const int error = ::getpwuid_r(uid, &entry, room, size, &found);
        if (error == 0 && found) name = found->pw_name;
        return error;
    });
    return name;
}

std::optional<unsigned> group_id(const std::string& name) {
    std::optional<unsigned> gid;
    with_room([&](char* room, std::size_t size) {
        group entry{};
        group* found = nullptr;
        const int error = ::getgrnam_r(name.c_str(), &entry, room, size, &found);
        if (error == 0 && found) gid = found->gr_gid;
        return error;
    });
    return gid;
}

}  // namespace signet::net
