#include "store/spool_files.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>

namespace signet::store {
namespace {

namespace fs = std::filesystem;

const queue::QueueId kId = "01JV3K5T8Q00000000000000AB";

class SpoolFilesTest : public testing::Test {
protected:
    SpoolFilesTest() {
        auto name = (fs::temp_directory_path() / "signet-spool-XXXXXX").string();
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        parent_ = name;
    }
    ~SpoolFilesTest() override { fs::remove_all(parent_); }

    std::shared_ptr<SpoolFiles> open() {
        auto files = SpoolFiles::open(parent_ / "spool");
        EXPECT_TRUE(files) << files.error().message;
        return std::move(*files);
    }
    static mode_t mode(const fs::path& path) {
        struct stat info{};
        EXPECT_EQ(::lstat(path.c_str(), &info), 0) << path;
        return info.st_mode & 07777;
    }
    fs::path body() const { return parent_ / "spool" / "body" / "AB" / kId; }
    static void publish(SpoolFiles& files, std::string_view octets) {
        const auto file = files.create(kId);
        ASSERT_TRUE(file);
        ASSERT_TRUE(SpoolFiles::write(*file, octets));
        ASSERT_TRUE(files.publish(kId, *file));
    }

    fs::path parent_;
};

TEST_F(SpoolFilesTest, security_28_OnlyTheOwnerMayLook) {
    const auto before = ::umask(0);
    const auto files = open();
    publish(*files, "x");
    ::umask(before);
    const auto spool = parent_ / "spool";
    for (const auto& directory : {spool, spool / "db", spool / "body", spool / "tmp",
                                  spool / "quarantine", spool / "body/AB"}) {
        EXPECT_EQ(mode(directory), 0700u) << directory;
    }
    EXPECT_EQ(mode(spool / "lock"), 0600u);
    EXPECT_EQ(mode(body()), 0600u);
}

TEST_F(SpoolFilesTest, security_28_ASpoolThatOthersMayOpenIsRefused) {
    open();
    fs::permissions(parent_ / "spool", fs::perms{0750});
    const auto refused = SpoolFiles::open(parent_ / "spool");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, SpoolFault::Kind::unsafe);
    EXPECT_NE(refused.error().message.find("chmod 700"), std::string::npos);
}

TEST_F(SpoolFilesTest, security_28_NoSymbolicLinkIsFollowed) {
    fs::create_directory(parent_ / "elsewhere");
    fs::create_directory_symlink(parent_ / "elsewhere", parent_ / "spool");
    EXPECT_FALSE(SpoolFiles::open(parent_ / "spool"));
    fs::remove(parent_ / "spool");

    const auto files = open();
    const auto secret = parent_ / "elsewhere" / "secret";
    Descriptor made{::open(secret.c_str(), O_WRONLY | O_CREAT, 0600)};
    ASSERT_TRUE(SpoolFiles::write(made, "secret"));
    fs::create_symlink(secret, parent_ / "spool" / "tmp" / kId);
    EXPECT_FALSE(files->create(kId));
    fs::create_directory(parent_ / "spool/body/AB");
    fs::create_symlink(secret, body());
    EXPECT_FALSE(files->open_body(kId));

    fs::remove_all(parent_ / "spool/body/AB");
    fs::create_directory_symlink(parent_ / "elsewhere", parent_ / "spool/body/AB");
    const auto file = files->create(kId);
    EXPECT_FALSE(file);  // the link in tmp/ is still there
    files->drop(kId);
    const auto second = files->create(kId);
    ASSERT_TRUE(second);
    EXPECT_FALSE(files->publish(kId, *second));
    EXPECT_FALSE(fs::exists(parent_ / "elsewhere" / kId));
    EXPECT_TRUE(fs::exists(secret));
}

TEST_F(SpoolFilesTest, ASecondSignetIsToldWhoHasTheSpool) {
    const auto first = open();
    const auto second = SpoolFiles::open(parent_ / "spool");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, SpoolFault::Kind::busy);
    EXPECT_NE(second.error().message.find("process " + std::to_string(::getpid())),
              std::string::npos)
        << second.error().message;
}

TEST_F(SpoolFilesTest, TheLockGoesWithItsHolder) {
    open();
    open();
}

TEST_F(SpoolFilesTest, APathThatCannotBeASpoolIsToldByName) {
    const auto missing = SpoolFiles::open(parent_ / "no" / "spool");
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.error().message.find("no/spool: No such file"), std::string::npos);
    Descriptor made{::open((parent_ / "file").c_str(), O_WRONLY | O_CREAT, 0600)};
    EXPECT_FALSE(SpoolFiles::open(parent_ / "file"));
}

TEST_F(SpoolFilesTest, ABodyIsReadBackAndRemoved) {
    const auto files = open();
    publish(*files, "0123456789");
    EXPECT_TRUE(fs::is_empty(parent_ / "spool/tmp"));
    const auto file = files->open_body(kId);
    ASSERT_TRUE(file);
    EXPECT_EQ(*SpoolFiles::read(*file, 2, 3), "234");
    EXPECT_EQ(*SpoolFiles::read(*file, 8, 9), "89");
    EXPECT_EQ(*SpoolFiles::read(*file, 10, 9), "");
    files->remove(kId);
    EXPECT_EQ(files->open_body(kId).error(), StoreFault::conflict);
    EXPECT_EQ(*SpoolFiles::read(*file, 0, 2), "01");  // who has it open may go on
}

TEST_F(SpoolFilesTest, ADiskThatIsFullIsToldFromOneThatIsBroken) {
    Descriptor full{::open("/dev/full", O_WRONLY)};
    EXPECT_EQ(SpoolFiles::write(full, "x").error(), StoreFault::full);
    Descriptor closed;
    EXPECT_EQ(SpoolFiles::write(closed, "x").error(), StoreFault::unavailable);
}

TEST_F(SpoolFilesTest, TheSweepTakesWhatNobodyKnowsAndKeepsTheRest) {
    const queue::QueueId orphan = "01JV3K5T8Q00000000000000AA";
    const auto files = open();
    publish(*files, "known");
    const auto left = files->create(orphan);
    ASSERT_TRUE(left);
    ASSERT_TRUE(files->publish(orphan, *left));
    ASSERT_TRUE(files->create(kId));  // left in tmp/
    const auto known = [](const queue::QueueId& id) { return id == kId; };

    EXPECT_EQ(*files->sweep(known, /*set_aside=*/true), 1u);
    EXPECT_TRUE(fs::exists(parent_ / "spool/quarantine" / orphan));
    EXPECT_TRUE(fs::is_empty(parent_ / "spool/tmp"));
    EXPECT_TRUE(files->open_body(kId));
    EXPECT_EQ(*files->sweep([](const auto&) { return false; }, /*set_aside=*/false), 1u);
    EXPECT_FALSE(files->open_body(kId));
}

}  // namespace
}  // namespace signet::store
