#include "app/dev_site.h"

#include "app/files.h"

#include <gmock/gmock.h>

#include <sys/stat.h>
#include <filesystem>

namespace signet::app {
namespace {

using testing::HasSubstr;

class Site : public testing::Test {
protected:
    Site() {
        char name[] = "/tmp/signet-site-XXXXXX";
        dir_ = ::mkdtemp(name);
    }
    ~Site() override { std::filesystem::remove_all(dir_); }
    Result<DevSite, std::string> prepare(std::uint16_t base = 1'000, std::string dir = "") {
        return prepare_dev_site({.dir = dir_ + "/dev" + dir, .port_base = base}, clock_, entropy_);
    }
    std::string dir_;
    ManualClock clock_;
    SeededEntropy entropy_{7};
};

TEST_F(Site, holds_all_that_a_server_needs) {
    const auto site = prepare();
    ASSERT_TRUE(site) << site.error();
    EXPECT_EQ(site->submission_port, 1587);
    EXPECT_EQ(site->submissions_port, 1465);
    EXPECT_EQ(site->mx_port, 1025);
    EXPECT_EQ(site->password.size(), 20u);
    EXPECT_THAT(**read_file(site->ca()), HasSubstr("BEGIN CERTIFICATE"));
    EXPECT_THAT(**read_file(site->config()), HasSubstr("bind = [\"127.0.0.1:1465\"]"));
    struct stat s{};
    ASSERT_EQ(::stat(site->password_file().c_str(), &s), 0);
    EXPECT_EQ(s.st_mode & 0777, 0600u);
    ASSERT_EQ(::stat((site->dir + "/key.pem").c_str(), &s), 0);
    EXPECT_EQ(s.st_mode & 0777, 0600u);
}

TEST_F(Site, keeps_keys_and_password_of_an_earlier_run) {
    const auto first = prepare();
    ASSERT_TRUE(first);
    const auto ca = **read_file(first->ca());
    const auto second = prepare(2'000);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->password.reveal(), first->password.reveal());
    EXPECT_EQ(**read_file(second->ca()), ca);
    EXPECT_THAT(**read_file(second->config()), HasSubstr("127.0.0.1:2587"));
}

TEST_F(Site, makes_anew_what_somebody_deleted) {
    const auto first = prepare();
    std::filesystem::remove(first->password_file());
    std::filesystem::remove(first->ca());
    const auto second = prepare();
    ASSERT_TRUE(second);
    EXPECT_NE(second->password.reveal(), first->password.reveal());
    EXPECT_TRUE(std::filesystem::exists(second->ca()));
}

TEST_F(Site, refuses_what_cannot_work_with_a_sentence) {
    EXPECT_THAT(prepare(65'000).error(), HasSubstr("--port-base"));
    EXPECT_THAT(prepare(1'000, "/a\"b").error(), HasSubstr("--dir"));
    EXPECT_THAT(prepare(1'000, "/a\nb").error(), HasSubstr("--dir"));
}

TEST_F(Site, shows_lines_to_paste_for_each_client) {
    const auto site = prepare();
    const auto text = how_to_send(*site);
    for (const auto* word :
         {"curl --ssl-reqd", "swaks --server localhost --port 1587", "msmtp",
          "swaks --server localhost --port 1025", "Thunderbird: server localhost, port 1465"}) {
        EXPECT_THAT(text, HasSubstr(word));
    }
    EXPECT_THAT(text, HasSubstr(std::string{site->password.reveal()}));
}

}  // namespace
}  // namespace signet::app
