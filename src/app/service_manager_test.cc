#include "app/service_manager.h"

#include "net/system_clock.h"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <filesystem>
#include <utility>

namespace signet::app {
namespace {

using namespace std::chrono_literals;

struct Lines final : observe::LineSink {
    bool write(std::string_view lines) override {
        text += lines;
        return true;
    }
    std::string text;
};

class ServiceManagerTest : public testing::Test {
public:
    ~ServiceManagerTest() override {
        if (socket_ >= 0) ::close(socket_);
        std::filesystem::remove_all(directory_);
    }

protected:
    ServiceManagerTest() {
        std::string name = (std::filesystem::temp_directory_path() / "signet-XXXXXX").string();
        directory_ = ::mkdtemp(name.data());
    }

    void listen(std::string_view at) {
        socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        ASSERT_GE(socket_, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        at.copy(address.sun_path, sizeof address.sun_path);
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + at.size());
        ASSERT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), size), 0);
    }
    std::string heard() const {
        std::array<char, 512> text;
        const auto size = ::recv(socket_, text.data(), text.size(), 0);
        return size < 0 ? "nothing" : std::string(text.data(), static_cast<std::size_t>(size));
    }
    ServiceManager at(std::string address) { return {std::move(address), log_}; }
    std::string logged() {
        log_.flush();
        return std::exchange(lines_.text, {});
    }

    std::string directory_;
    int socket_ = -1;
    Lines lines_;
    net::SystemClock clock_;
    observe::Log log_{clock_, lines_, {}};
};

TEST_F(ServiceManagerTest, hears_of_each_step) {
    listen(directory_ + "/notify");
    const auto manager = at(directory_ + "/notify");
    manager.ready();
    EXPECT_EQ(heard(), "READY=1");
    manager.reloading(SteadyTime{} + 1'500ms);
    EXPECT_EQ(heard(), "RELOADING=1\nMONOTONIC_USEC=1500000");
    manager.stopping(20s);
    EXPECT_EQ(heard(), "STOPPING=1\nEXTEND_TIMEOUT_USEC=20000000");
    EXPECT_EQ(logged(), "");
}

TEST_F(ServiceManagerTest, may_listen_on_an_abstract_socket) {
    const auto name = std::to_string(::getpid()) + "-signet-test";
    listen(std::string(1, '\0') + name);
    at("@" + name).ready();
    EXPECT_EQ(heard(), "READY=1");
}

TEST_F(ServiceManagerTest, that_is_not_there_is_not_spoken_to) {
    at("").ready();
    EXPECT_EQ(logged(), "");
}

TEST_F(ServiceManagerTest, that_cannot_be_reached_is_logged_and_that_is_all) {
    for (const auto& address :
         {directory_ + "/none", std::string{"vsock:2:1"}, "/" + std::string(200, 'x')}) {
        at(address).ready();
        EXPECT_THAT(logged(), testing::HasSubstr("cannot be told")) << address;
    }
}

}  // namespace
}  // namespace signet::app
