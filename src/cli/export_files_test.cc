#include "cli/export_files.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace signet::cli {
namespace {

namespace fs = std::filesystem;

class ExportFiles : public testing::Test {
protected:
    ExportFiles() {
        auto name = (fs::temp_directory_path() / "signet-export-XXXXXX").string();
        EXPECT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
    }
    ~ExportFiles() override { fs::remove_all(folder_); }

    std::string read(const std::string& name) const {
        std::ifstream in{folder_ / name, std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    bool put(const std::string& text, const std::string& name) const {
        auto file = ExportFile::create(folder_, ".part");
        EXPECT_TRUE(file) << file.error();
        EXPECT_TRUE(file->write(text));
        const auto done = file->put(name);
        EXPECT_TRUE(done) << done.error();
        return *done;
    }

    fs::path folder_;
};

TEST_F(ExportFiles, nothing_is_overwritten_and_nothing_else_is_left) {
    EXPECT_TRUE(put("first", "a"));
    EXPECT_FALSE(put("second", "a"));
    EXPECT_TRUE(put("third", "b"));
    EXPECT_EQ(read("a"), "first");
    EXPECT_EQ(read("b"), "third");
    {
        const auto dropped = ExportFile::create(folder_, ".part");
    }
    EXPECT_EQ(std::distance(fs::directory_iterator{folder_}, {}), 2);
    EXPECT_EQ(fs::status(folder_ / "a").permissions(), fs::perms{0600});
}

TEST_F(ExportFiles, what_an_ended_try_left_under_two_names_is_not_harmed) {
    EXPECT_TRUE(put("first", "a"));
    fs::create_hard_link(folder_ / "a", folder_ / ".part");
    EXPECT_TRUE(put("second", "b"));
    EXPECT_EQ(read("a"), "first");
}

TEST_F(ExportFiles, two_files_on_their_way_do_not_mix) {
    auto one = ExportFile::create(folder_, ".part");
    ASSERT_TRUE(one->write("one"));
    ASSERT_TRUE(*one->put("a"));
    auto two = ExportFile::create(folder_, ".part");
    ASSERT_TRUE(two->write("two"));
    ASSERT_TRUE(*two->put("b"));
    EXPECT_EQ(read("a"), "one");
    EXPECT_EQ(read("b"), "two");
}

TEST_F(ExportFiles, a_directory_is_made_or_taken_as_it_is) {
    EXPECT_TRUE(make_export_directory(folder_ / "new"));
    EXPECT_EQ(fs::status(folder_ / "new").permissions(), fs::perms{0700});
    EXPECT_TRUE(make_export_directory(folder_ / "new"));
    EXPECT_FALSE(make_export_directory(folder_ / "no" / "parent"));
    std::ofstream{folder_ / "file"} << "x";
    EXPECT_EQ(make_export_directory(folder_ / "file").error(),
              (folder_ / "file").string() + " is no directory");
}

}  // namespace
}  // namespace signet::cli
