#include "observe/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

namespace signet::observe {
namespace {

namespace fs = std::filesystem;
using testing::IsSupersetOf;

struct FilesTest : testing::Test {
    fs::path base = fs::temp_directory_path() / ("signet-files-" + std::to_string(getpid()));
    std::string path = (base / "audit").string();

    FilesTest() { fs::create_directory(base); }
    ~FilesTest() override { fs::remove_all(base); }

    std::unique_ptr<Directory> directory() {
        auto opened = open_directory(path, true);
        EXPECT_TRUE(opened) << opened.error().text();
        return std::move(*opened);
    }
    unsigned mode_of(const std::string& of) const {
        struct stat status{};
        EXPECT_EQ(::lstat(of.c_str(), &status), 0);
        return status.st_mode & 07777;
    }
};

TEST_F(FilesTest, security_28_are_the_owners_alone) {
    const auto umask_before = ::umask(0);
    const auto dir = directory();
    ASSERT_TRUE(dir->open_to_append("audit.ndjson"));
    ::umask(umask_before);
    EXPECT_EQ(mode_of(path), 0700u);
    EXPECT_EQ(mode_of(path + "/audit.ndjson"), 0600u);
}

TEST_F(FilesTest, security_28_are_never_reached_by_a_link_and_are_plain) {
    const auto dir = directory();
    fs::create_symlink(base / "elsewhere", path + "/link");
    EXPECT_EQ(dir->open_to_append("link").error(), FileFault{ELOOP});
    EXPECT_FALSE(fs::exists(base / "elsewhere"));
    ASSERT_EQ(::mkfifo((path + "/fifo").c_str(), 0600), 0);
    EXPECT_EQ(dir->open_to_append("fifo").error(), FileFault{ENOTSUP});
    fs::create_directory(path + "/directory");
    EXPECT_EQ(dir->open_to_read("directory").error(), FileFault{ENOTSUP});
}

TEST_F(FilesTest, security_28_are_not_opened_where_others_may_write) {
    fs::create_directory(path);
    ::chmod(path.c_str(), 0770);
    EXPECT_EQ(open_directory(path, true).error(), FileFault{EACCES});
    ::chmod(path.c_str(), 0750);
    EXPECT_TRUE(open_directory(path, true));
}

TEST_F(FilesTest, are_appended_read_cut_and_synced) {
    const auto dir = directory();
    const auto file = dir->open_to_append("a");
    ASSERT_TRUE(file);
    EXPECT_EQ((*file)->append("hello "), 6u);
    EXPECT_EQ((*file)->append("world"), 5u);
    EXPECT_EQ((*file)->size(), 11u);
    EXPECT_EQ((*file)->read(6, 100), "world");
    EXPECT_EQ((*file)->read(100, 1), "");
    EXPECT_TRUE((*file)->truncate(5));
    EXPECT_EQ((*file)->append("!"), 1u);
    EXPECT_TRUE((*file)->sync());
    EXPECT_TRUE(dir->sync());
    EXPECT_EQ((*dir->open_to_read("a"))->read(0, 100), "hello!");
    EXPECT_EQ((*dir->open_to_append("a"))->size(), 6u);
}

TEST_F(FilesTest, get_a_name_that_no_other_has) {
    const auto dir = directory();
    for (const auto* name : {"a", "b"}) ASSERT_TRUE(dir->open_to_append(name));
    EXPECT_EQ(dir->rename("a", "b").error(), FileFault{EEXIST});
    EXPECT_TRUE(dir->rename("a", "c"));
    EXPECT_THAT(*dir->list(), IsSupersetOf({"b", "c"}));
    EXPECT_EQ(dir->open_to_read("a").error(), FileFault{ENOENT});
}

TEST_F(FilesTest, are_locked_by_one_at_a_time) {
    auto first = directory();
    const auto second = directory();
    EXPECT_TRUE(first->lock());
    EXPECT_EQ(second->lock().error(), FileFault{EWOULDBLOCK});
    first.reset();
    EXPECT_TRUE(second->lock());
}

TEST_F(FilesTest, that_cannot_be_had_say_why) {
    EXPECT_EQ(open_directory(path, false).error(), FileFault{ENOENT});
    EXPECT_EQ(open_directory((base / "no" / "parent").string(), true).error(), FileFault{ENOENT});
    std::ofstream{base / "file"}.put('x');
    EXPECT_EQ(open_directory((base / "file").string(), true).error(), FileFault{ENOTDIR});
    EXPECT_EQ(FileFault{ENOSPC}.text(), "No space left on device");
    EXPECT_TRUE(FileFault{EDQUOT}.full());
    EXPECT_FALSE(FileFault{EIO}.full());
}

}  // namespace
}  // namespace signet::observe
