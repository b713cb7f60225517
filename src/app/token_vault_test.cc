#include "app/token_vault.h"

#include "app/files.h"
#include "net/run_task.h"

#include <gmock/gmock.h>

#include <sys/stat.h>
#include <cstdlib>
#include <filesystem>

namespace signet::app {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Bench {
    Bench() {
        std::string pattern = std::filesystem::temp_directory_path() / "vault-XXXXXX";
        path = ::mkdtemp(pattern.data());
    }
    ~Bench() { std::filesystem::remove_all(path); }

    FileVault vault(char key = 'k') { return {path, Secret{std::string(32, key)}, entropy, disk}; }
    std::string read(FileVault of, const std::string& route) {
        const auto got = net::run_task(of.read(route));
        if (!got) return "fault: " + got.error();
        return *got ? std::string{(*got)->reveal()} : "none";
    }

    std::string path;
    SeededEntropy entropy{7};
    net::WorkerPool disk{{.name = "test"}};
};

TEST(TokenVault, keeps_what_it_is_given_for_each_route_over_a_restart) {
    Bench bench;
    EXPECT_EQ(bench.read(bench.vault(), "m365"), "none");
    EXPECT_TRUE(net::run_task(bench.vault().keep("m365", Secret{"one"})));
    EXPECT_TRUE(net::run_task(bench.vault().keep("m365", Secret{"two"})));
    EXPECT_TRUE(net::run_task(bench.vault().keep("..", Secret{"three"})));
    EXPECT_EQ(bench.read(bench.vault(), "m365"), "two");
    EXPECT_EQ(bench.read(bench.vault(), ".."), "three");
    EXPECT_EQ(bench.read(bench.vault(), "other"), "none");
}

TEST(TokenVault, security_12_a_file_tells_nothing_and_serves_no_other_route_and_no_other_key) {
    Bench bench;
    EXPECT_TRUE(net::run_task(bench.vault().keep("m365", Secret{"refresh-token"})));
    const auto file = bench.path + "/route-logins/m365.login";
    EXPECT_THAT(**read_file(file), Not(HasSubstr("refresh")));
    struct stat facts{};
    ASSERT_EQ(::stat(file.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777, 0600u);
    EXPECT_THAT(bench.read(bench.vault('x'), "m365"),
                HasSubstr("was not sealed with this server's credential key"));
    std::filesystem::copy_file(file, bench.path + "/route-logins/other.login");
    EXPECT_THAT(bench.read(bench.vault(), "other"), HasSubstr("signet route login other"));
}

TEST(TokenVault, what_cannot_be_written_is_a_sentence) {
    Bench bench;
    EXPECT_TRUE(write_file(bench.path + "/route-logins", "in the way", 0600));
    const auto kept = net::run_task(bench.vault().keep("m365", Secret{"one"}));
    ASSERT_FALSE(kept);
    EXPECT_THAT(kept.error(), HasSubstr("route-logins"));
}

}  // namespace
}  // namespace signet::app
