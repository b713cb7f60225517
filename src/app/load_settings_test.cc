#include "app/load_settings.h"

#include "app/files.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>

namespace signet::app {
namespace {

using testing::HasSubstr;
using testing::Not;

class Load : public testing::Test {
protected:
    Load() {
        char name[] = "/tmp/signet-load-XXXXXX";
        dir_ = ::mkdtemp(name);
    }
    ~Load() override { std::filesystem::remove_all(dir_); }
    std::string put(const std::string& name, std::string_view text) {
        std::filesystem::create_directories(std::filesystem::path{dir_ + "/" + name}.parent_path());
        EXPECT_TRUE(write_file(dir_ + "/" + name, text, 0600));
        return dir_ + "/" + name;
    }
    static constexpr std::string_view kMain =
        "version = 1\nhostname = \"mail.test\"\n[tls]\ncertificate = \"/c\"\nkey = \"/k\"\n"
        "[[listener]]\nname = \"a\"\nrole = \"submissions\"\nbind = [\"127.0.0.1:465\"]\n"
        "[[route]]\nname = \"r\"\nmatch = [\"*\"]\nmaildir = \"/m\"\n";
    std::string dir_;
};

TEST_F(Load, the_main_file_and_those_of_conf_d_are_one) {
    const auto main = put("signet.toml", kMain);
    put("conf.d/20-b.toml", "[queue]\ndelivery_concurrency = 3\n");
    put("conf.d/10-a.toml", "[limits]\nrecipients = 700\n");
    put("conf.d/ignored.txt", "not toml at all");
    const auto loaded = load_settings(main);
    ASSERT_TRUE(loaded) << settings::render(loaded.error());
    EXPECT_EQ(loaded->snapshot.limits.recipients, 700u);
    EXPECT_EQ(loaded->snapshot.queue.delivery_concurrency, 3u);
}

TEST_F(Load, a_file_that_is_not_there_is_a_problem_with_its_name) {
    const auto loaded = load_settings(dir_ + "/none.toml");
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error()[0].code, "E0001");
    EXPECT_THAT(settings::render(loaded.error()), HasSubstr("none.toml"));
}

TEST_F(Load, a_secret_is_read_from_where_it_is) {
    settings::SecretSource source;
    source.file = put("pw", "hunter2\n");
    EXPECT_EQ(read_secret(source)->reveal(), "hunter2");
    source = {};
    source.env = "SIGNET_TEST_SECRET";
    EXPECT_FALSE(read_secret(source));
    ::setenv("SIGNET_TEST_SECRET", "from the environment", 1);
    EXPECT_EQ(read_secret(source)->reveal(), "from the environment");
    source = {};
    source.credential = "relay";
    ::unsetenv("CREDENTIALS_DIRECTORY");
    EXPECT_THAT(read_secret(source).error(), HasSubstr("CREDENTIALS_DIRECTORY"));
    put("creds/relay", "of systemd");
    ::setenv("CREDENTIALS_DIRECTORY", (dir_ + "/creds").c_str(), 1);
    EXPECT_EQ(read_secret(source)->reveal(), "of systemd");
    ::unsetenv("CREDENTIALS_DIRECTORY");
}

TEST_F(Load, an_empty_or_missing_secret_file_is_said_plainly) {
    settings::SecretSource source;
    source.file = put("empty", "\n");
    EXPECT_THAT(read_secret(source).error(), HasSubstr("is empty"));
    source.file = dir_ + "/none";
    EXPECT_THAT(read_secret(source).error(), HasSubstr("does not exist"));
}

TEST_F(Load, the_control_socket_is_found_in_files_that_hold_errors_too) {
    const auto nothing = put("other/signet.toml", "version = 1\n");
    EXPECT_EQ(find_control_socket(nothing), "/run/signet/admin.sock");
    const auto main =
        put("signet.toml", "version = 1\nhostnam = 5\n[admin]\nsocket = \"/a.sock\"\n");
    EXPECT_EQ(find_control_socket(main), "/a.sock");
    put("conf.d/x.toml", "[admin]\nsocket = \"/b.sock\"\n");
    EXPECT_EQ(find_control_socket(main), "/b.sock");
}

}  // namespace
}  // namespace signet::app
