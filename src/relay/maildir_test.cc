#include "relay/maildir.h"

#include "relay/line_ends.h"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace signet::relay {
namespace {

namespace fs = std::filesystem;

class Maildir : public testing::Test {
protected:
    Maildir() {
        std::string name = (fs::temp_directory_path() / "signet-maildir-XXXXXX").string();
        root_ = ::mkdtemp(name.data());
    }
    ~Maildir() override { fs::remove_all(root_); }

    MaildirPath path() const { return {root_.string() + "/mail", {"example.org", "bob"}}; }
    fs::path box() const { return root_ / "mail/example.org/bob"; }
    std::vector<std::string> names(const fs::path& directory) const {
        std::vector<std::string> found;
        for (const auto& file : fs::directory_iterator(directory)) {
            found.push_back(file.path().filename().string());
        }
        return found;
    }
    std::string content(const fs::path& file) const {
        std::ifstream in{file, std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    mode_t mode(const fs::path& file) const {
        struct stat status{};
        EXPECT_EQ(::stat(file.c_str(), &status), 0);
        return status.st_mode & 0777;
    }
    fs::path root_;
};

TEST_F(Maildir, AMessageIsInTmpUntilItIsWholeAndThenInNewAndNowhereElse) {
    auto file = MaildirFile::create(path(), "1.ID.host");
    ASSERT_TRUE(file) << file.error().what;
    ASSERT_TRUE((*file)->write("Subject: x\n"));
    EXPECT_EQ(names(box() / "tmp").size(), 1u);
    EXPECT_TRUE(names(box() / "new").empty());
    ASSERT_TRUE((*file)->write("\nbody\n"));
    ASSERT_TRUE((*file)->commit());
    EXPECT_TRUE(names(box() / "tmp").empty());
    EXPECT_EQ(names(box() / "new"), std::vector<std::string>{"1.ID.host"});
    EXPECT_EQ(content(box() / "new/1.ID.host"), "Subject: x\n\nbody\n");
    EXPECT_TRUE(fs::is_directory(box() / "cur"));
}

TEST_F(Maildir, WhatIsNotCommittedLeavesNothing) {
    {
        ASSERT_TRUE((*MaildirFile::create(path(), "1.ID.host"))->write("half"));
    }
    EXPECT_TRUE(names(box() / "tmp").empty());
    EXPECT_TRUE(names(box() / "new").empty());
}

TEST_F(Maildir, AMessageThatWasDeliveredBeforeIsNotDeliveredTwice) {
    for (const auto* text : {"first", "second"}) {
        auto file = MaildirFile::create(path(), "1.ID.host");
        ASSERT_TRUE((*file)->write(text));
        ASSERT_TRUE((*file)->commit());
    }
    EXPECT_EQ(content(box() / "new/1.ID.host"), "first");
    EXPECT_TRUE(names(box() / "tmp").empty());
}

TEST_F(Maildir, TwoTriesAtTheSameTimeDoNotWriteIntoOneFile) {
    auto one = MaildirFile::create(path(), "1.ID.host"),
         two = MaildirFile::create(path(), "1.ID.host");
    ASSERT_TRUE(one && two);
    ASSERT_TRUE((*one)->write("one"));
    ASSERT_TRUE((*two)->write("two"));
    ASSERT_TRUE((*two)->commit());
    ASSERT_TRUE((*one)->commit());
    EXPECT_EQ(content(box() / "new/1.ID.host"), "two");
}

TEST_F(Maildir, security_28_NobodyElseMayReadWhatIsMade) {
    ::umask(0);
    auto file = MaildirFile::create(path(), "1.ID.host");
    ASSERT_TRUE((*file)->commit());
    ::umask(022);
    for (const auto* directory : {"mail", "mail/example.org", "mail/example.org/bob",
                                  "mail/example.org/bob/new", "mail/example.org/bob/tmp"}) {
        EXPECT_EQ(mode(root_ / directory), 0700u) << directory;
    }
    EXPECT_EQ(mode(box() / "new/1.ID.host"), 0600u);
}

TEST_F(Maildir, security_28_ALinkBelowTheAdministratorsDirectoryIsNotFollowed) {
    const auto elsewhere = root_ / "elsewhere";
    for (const auto* linked : {"mail/example.org", "mail/example.org/bob",
                               "mail/example.org/bob/new", "mail/example.org/bob/tmp"}) {
        fs::remove_all(root_ / "mail");
        fs::create_directories(elsewhere);
        fs::create_directories((root_ / linked).parent_path());
        fs::create_directory_symlink(elsewhere, root_ / linked);
        EXPECT_FALSE(MaildirFile::create(path(), "1.ID.host")) << linked;
        EXPECT_TRUE(names(elsewhere).empty()) << linked;
    }
}

TEST_F(Maildir, ALinkInTheAdministratorsPartIsFollowed) {
    fs::create_directories(root_ / "disk");
    fs::create_directory_symlink(root_ / "disk", root_ / "mail");
    auto file = MaildirFile::create(path(), "1.ID.host");
    ASSERT_TRUE(file) << file.error().what;
    ASSERT_TRUE((*file)->commit());
    EXPECT_TRUE(fs::exists(root_ / "disk/example.org/bob/new/1.ID.host"));
}

TEST_F(Maildir, security_28_AMessageNeverReplacesAFileThatSomebodyPutThere) {
    fs::create_directories(box() / "new");
    fs::create_symlink("/etc/passwd", box() / "new/1.ID.host");
    auto file = MaildirFile::create(path(), "1.ID.host");
    ASSERT_TRUE((*file)->write("x"));
    (void)(*file)->commit();
    EXPECT_TRUE(fs::is_symlink(box() / "new/1.ID.host"));
}

TEST_F(Maildir, WhatTheFileSystemRefusesIsSaid) {
    std::ofstream{root_ / "mail"} << "a file";
    const auto file = MaildirFile::create(path(), "1.ID.host");
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().error, ENOTDIR);
    EXPECT_NE(file.error().what.find("mail: Not a directory"), std::string::npos);
    const auto too_long = MaildirFile::create({root_.string(), {std::string(300, 'x')}}, "1");
    ASSERT_FALSE(too_long);
    EXPECT_EQ(too_long.error().error, ENAMETOOLONG);
}

TEST(LineEnds, CrlfBecomesLfHoweverItIsCutAndABareCrStays) {
    struct Case {
        std::string_view in, out;
    };
    const Case cases[] = {{"", ""},
                          {"a\r\nb\r\n", "a\nb\n"},
                          {"a\nb", "a\nb"},
                          {"a\rb", "a\rb"},
                          {"a\r\r\nb", "a\r\nb"},
                          {"a\r", "a\r"},
                          {"\r\n\r\n", "\n\n"},
                          {"a\r\n\rb\r", "a\n\rb\r"}};
    for (const auto& c : cases) {
        for (std::size_t step = 1; step <= c.in.size() + 1; ++step) {
            LineEnds lines;
            std::string out;
            for (std::size_t at = 0; at < c.in.size(); at += step) {
                lines.convert(c.in.substr(at, step), out);
            }
            lines.finish(out);
            EXPECT_EQ(out, c.out) << step;
        }
    }
}

}  // namespace
}  // namespace signet::relay
