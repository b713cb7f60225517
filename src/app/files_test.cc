#include "app/files.h"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>
#include <filesystem>

namespace signet::app {
namespace {

class Files : public testing::Test {
protected:
    Files() {
        char name[] = "/tmp/signet-files-XXXXXX";
        dir_ = ::mkdtemp(name);
    }
    ~Files() override { std::filesystem::remove_all(dir_); }
    std::string in(const std::string& name) const { return dir_ + "/" + name; }
    static unsigned mode_of(const std::string& path) {
        struct stat s{};
        return ::stat(path.c_str(), &s) == 0 ? s.st_mode & 07777 : 0;
    }
    std::string dir_;
};

TEST_F(Files, what_is_written_is_read_and_has_the_mode_that_was_asked_for) {
    ASSERT_TRUE(write_file(in("key"), "secret", 0600));
    EXPECT_EQ(**read_file(in("key")), "secret");
    EXPECT_EQ(mode_of(in("key")), 0600u);
    ASSERT_TRUE(write_file(in("key"), "other", 0600));
    EXPECT_EQ(**read_file(in("key")), "other");
}

TEST_F(Files, none_is_an_answer_and_a_directory_is_a_problem) {
    EXPECT_FALSE(read_file(in("none"))->has_value());
    EXPECT_FALSE(read_file(dir_));
    const auto refused = write_file(in("no/such/place"), "x", 0600);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().find("no/such/place"), std::string::npos);
}

// security.md class 28: a link that lies in wait is not followed.
TEST_F(Files, security_28_a_link_is_replaced_and_its_target_left_alone) {
    ASSERT_TRUE(write_file(in("target"), "precious", 0600));
    ASSERT_EQ(::symlink(in("target").c_str(), in("link").c_str()), 0);
    ASSERT_EQ(::symlink(in("target").c_str(), in("link.new").c_str()), 0);
    ASSERT_TRUE(write_file(in("link"), "x", 0600));
    EXPECT_EQ(**read_file(in("target")), "precious");
    EXPECT_EQ(**read_file(in("link")), "x");
}

TEST_F(Files, directories_are_made_private_and_kept) {
    ASSERT_TRUE(make_directory(in("a/b/c")));
    EXPECT_EQ(mode_of(in("a/b/c")), 0700u);
    EXPECT_TRUE(make_directory(in("a/b/c")));
    ASSERT_TRUE(write_file(in("file"), "", 0600));
    EXPECT_FALSE(make_directory(in("file")));
}

}  // namespace
}  // namespace signet::app
