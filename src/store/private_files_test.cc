#include "store/private_files.h"

#include "store/temporary_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace signet::store {
namespace {

unsigned rights(const std::string& path) {
    struct ::stat about{};
    EXPECT_EQ(::lstat(path.c_str(), &about), 0) << path;
    return about.st_mode & 07777;
}

TEST(PrivateFiles, AFolderIsMadeForThisUserAlone) {
    const TemporaryFolder base;
    const auto path = base / "a/b/private";
    ASSERT_TRUE(make_private_folder(path));
    EXPECT_EQ(rights(path), 0700u);
    EXPECT_TRUE(make_private_folder(path)) << "one that is there is kept";
}

TEST(PrivateFiles, security_28_a_folder_that_others_may_write_to_is_refused) {
    const TemporaryFolder base;
    const auto path = base / "open";
    ::mkdir(path.c_str(), 0700);
    for (const unsigned mode : {0777u, 0770u, 0702u}) {
        ::chmod(path.c_str(), mode);
        EXPECT_FALSE(make_private_folder(path)) << mode;
    }
    ::chmod(path.c_str(), 0755);
    EXPECT_TRUE(make_private_folder(path));
}

TEST(PrivateFiles, AFileIsMadeForThisUserAlone) {
    const TemporaryFolder base;
    const auto path = base / "file";
    ASSERT_TRUE(make_private_file(path, Existing::refuse));
    EXPECT_EQ(rights(path), 0600u);
    EXPECT_TRUE(sync_file(path));
    const auto again = make_private_file(path, Existing::refuse);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().fault, StoreFault::conflict);
    EXPECT_TRUE(make_private_file(path, Existing::keep));
}

TEST(PrivateFiles, AnExistingFileKeepsItsContentAndLosesTheRightsOfOthers) {
    const TemporaryFolder base;
    const auto path = base / "file";
    std::ofstream{path} << "content";
    ::chmod(path.c_str(), 0644);
    ASSERT_TRUE(make_private_file(path, Existing::keep));
    EXPECT_EQ(rights(path), 0600u);
    EXPECT_EQ(std::filesystem::file_size(path), 7u);
}

TEST(PrivateFiles, security_28_what_is_no_plain_file_is_refused) {
    const TemporaryFolder base;
    const auto target = base / "target", link = base / "link", pipe = base / "pipe";
    std::ofstream{target} << "content";
    ASSERT_EQ(::symlink(target.c_str(), link.c_str()), 0);
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    for (const auto& path : {link, pipe, base / "", base / "no/such/folder/file"}) {
        for (const auto existing : {Existing::keep, Existing::refuse}) {
            EXPECT_FALSE(make_private_file(path, existing)) << path;
        }
    }
    EXPECT_FALSE(sync_file(link));
    EXPECT_FALSE(sync_file(base / "none"));
    EXPECT_FALSE(make_private_folder(target));
    EXPECT_FALSE(make_private_folder(target + "/below"));
}

TEST(PrivateFiles, AFaultNamesThePathAndTheReason) {
    const TemporaryFolder base;
    const auto made = make_private_file(base / "none/file", Existing::keep);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().fault, StoreFault::unavailable);
    EXPECT_TRUE(made.error().detail.ends_with("none/file: No such file or directory"))
        << made.error().detail;
}

}  // namespace
}  // namespace signet::store
