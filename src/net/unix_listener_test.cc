#include "net/unix_listener.h"

#include "net/local_users.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>

namespace signet::net {
namespace {

using namespace std::chrono_literals;

class UnixSocket : public ::testing::Test {
public:
    ~UnixSocket() override {
        io_.stop();
        std::filesystem::remove_all(directory_);
    }

protected:
    UnixSocket() {
        std::string name = (std::filesystem::temp_directory_path() / "signet-unix-XXXXXX").string();
        directory_ = ::mkdtemp(name.data());
        path_ = directory_ + "/admin.sock";
    }

    // Tells the client who it is, then hangs up.
    Result<std::unique_ptr<UnixListener>, std::string> open(unsigned connections = 64) {
        return UnixListener::open(
            io_, {.path = path_, .group = {}, .thread = 0, .connections = connections},
            [](std::unique_ptr<Stream> stream, PeerCredentials peer) -> Task<void> {
                const auto text = std::to_string(peer.uid) + " " + std::to_string(peer.gid);
                co_await stream->write(text, Deadline::never());
                co_await stream->close();
            });
    }

    // What the server says; "refused" if nobody listens.
    std::string ask() {
        const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (socket < 0) return "no socket";
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path_.data(), path_.size());
        std::string said = "refused";
        if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
            said.assign(100, '\0');
            const auto size = ::recv(socket, said.data(), said.size(), 0);
            said.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
        }
        ::close(socket);
        return said;
    }

    unsigned mode() {
        struct stat status{};
        return ::lstat(path_.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
    }

    IoThreads io_{1};
    std::string directory_, path_;
};

TEST_F(UnixSocket, security_30_says_who_connects_and_is_closed_to_others) {
    const auto before = ::umask(0);  // the worst that can be inherited
    auto listener = open();
    ::umask(before);
    ASSERT_TRUE(listener) << listener.error();
    EXPECT_EQ(mode(), 0660u);
    io_.start();
    EXPECT_EQ(ask(), std::to_string(::geteuid()) + " " + std::to_string(::getegid()));
    listener->reset();
    EXPECT_FALSE(std::filesystem::exists(path_));
    EXPECT_EQ(ask(), "refused");
}

TEST_F(UnixSocket, a_narrow_umask_leaves_the_group_its_right) {
    const auto before = ::umask(077);
    const auto listener = open();
    ::umask(before);
    ASSERT_TRUE(listener);
    EXPECT_EQ(mode(), 0660u);
}

TEST_F(UnixSocket, what_a_dead_process_left_is_replaced) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.data(), path_.size());
    const int dead = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ASSERT_GE(dead, 0);
    ASSERT_EQ(::bind(dead, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ::close(dead);
    ASSERT_TRUE(std::filesystem::exists(path_));
    const auto listener = open();
    ASSERT_TRUE(listener) << listener.error();
    io_.start();
    EXPECT_NE(ask(), "refused");
}

TEST_F(UnixSocket, a_second_server_is_refused_and_leaves_the_first_alone) {
    const auto first = open();
    ASSERT_TRUE(first);
    const auto second = open();
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error(), path_ + " is in use: another Signet with these settings runs");
    io_.start();
    EXPECT_NE(ask(), "refused");
}

TEST_F(UnixSocket, security_28_a_file_or_link_in_its_place_is_never_removed) {
    std::ofstream{path_} << "precious";
    const auto file = open();
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error(), path_ + " is there and is not a socket");
    EXPECT_EQ(std::filesystem::file_size(path_), 8u);
    std::filesystem::remove(path_);
    std::filesystem::create_symlink("/nowhere", path_);
    EXPECT_FALSE(open());
    EXPECT_TRUE(std::filesystem::is_symlink(path_));
}

TEST_F(UnixSocket, a_path_that_cannot_be_is_said_plainly) {
    path_ = directory_ + "/" + std::string(120, 'x');
    EXPECT_TRUE(open().error().starts_with("the path of a socket has 1 to 107 octets: "));
    path_ = directory_ + "/none/admin.sock";
    EXPECT_TRUE(open().error().ends_with("No such file or directory"));
}

TEST_F(UnixSocket, security_18_connections_are_bounded) {
    const auto listener = open(0);
    ASSERT_TRUE(listener);
    io_.start();
    EXPECT_EQ(ask(), "");
}

TEST(LocalUsers, are_named_by_their_number_when_they_have_no_name) {
    EXPECT_EQ(user_name(0), "root");
    EXPECT_EQ(user_name(4'000'000'001), "4000000001");
    EXPECT_EQ(group_id("root"), 0u);
    EXPECT_FALSE(group_id("signet-no-such-group"));
}

}  // namespace
}  // namespace signet::net
