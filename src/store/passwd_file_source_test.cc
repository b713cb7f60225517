#include "store/passwd_file_source.h"

#include "net/run_task.h"
#include "store/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace signet::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::string kHash = "{SHA256}E4CWaPtDY4Zwb2fcsFLtWEoEuhaowCoX1m00ww/O2iE=";

class PasswdFileSourceTest : public testing::Test {
protected:
    ManualClock clock_;
    TemporaryFolder folder_;
    std::string path_ = folder_ / "users";
    std::vector<std::string> told_;
    std::unique_ptr<PasswdFileSource> source_;

    // As editors and tools do it: another file in its place.
    void write(const std::string& text) {
        std::ofstream{path_ + ".new"} << text;
        std::filesystem::rename(path_ + ".new", path_);
    }
    std::vector<identity::PasswdRemark> open() {
        auto opened = PasswdFileSource::open(
            {.path = path_,
             .rules = {},
             .look = std::chrono::hours{1},
             .told =
                 [this](const auto& faults, const auto& remarks) {
                     told_.push_back(std::to_string(faults.size()) + " faults, " +
                                     std::to_string(remarks.size()) + " remarks");
                 }},
            clock_);
        if (!opened) return opened.error();
        source_ = std::move(*opened);
        return {};
    }
    std::optional<identity::Account> find(std::string name) {
        return net::run_task(source_->find(std::move(name))).value();
    }
};

TEST_F(PasswdFileSourceTest, finds_what_is_in_the_file) {
    write("ann:" + kHash + "\nbob:{SHA}x\n");
    ASSERT_THAT(open(), IsEmpty());
    EXPECT_THAT(told_, ElementsAre("0 faults, 1 remarks"));
    EXPECT_EQ(find("ann")->password_hash(), kHash);
    EXPECT_FALSE(find("eve"));
    EXPECT_EQ(net::run_task(source_->census())->at(sasl::ProofKind::scram_sha256).without, 2u);
    EXPECT_EQ(source_->generation(), 1u);
    EXPECT_EQ(net::run_task(source_->renew_credentials(*find("ann"))).error(),
              StoreFault::conflict);
}

TEST_F(PasswdFileSourceTest, a_file_that_is_not_there_or_wrong_is_not_opened) {
    const auto missing = open();
    ASSERT_THAT(missing, SizeIs(1));
    EXPECT_THAT(missing[0].what, testing::HasSubstr("No such file"));
    write("ann\n");
    EXPECT_THAT(open(), ElementsAre(identity::PasswdRemark{1, "there is no `:` behind a name"}));
    std::filesystem::remove(path_);
    std::filesystem::create_directory(path_);
    EXPECT_THAT(open(), SizeIs(1));
}

TEST_F(PasswdFileSourceTest, a_changed_file_is_taken_up_and_only_what_changed_is_new) {
    write("ann:" + kHash + "\nbob:" + kHash + "\n");
    ASSERT_THAT(open(), IsEmpty());
    const auto ann = *find("ann"), bob = *find("bob");
    write("ann:" + kHash + "\nbob:" + kHash + "::::::nologin\ncarl:" + kHash + "\n");
    source_->look_now();
    EXPECT_EQ(source_->generation(), 2u);
    EXPECT_EQ(find("ann")->revision, ann.revision);
    EXPECT_NE(find("bob")->revision, bob.revision);
    EXPECT_FALSE(find("bob")->enabled);
    EXPECT_TRUE(find("carl"));
    source_->look_now();
    EXPECT_EQ(source_->generation(), 2u);
    EXPECT_THAT(told_, SizeIs(2));
}

TEST_F(PasswdFileSourceTest, a_file_that_became_wrong_or_went_away_changes_nothing) {
    write("ann:" + kHash + "\n");
    ASSERT_THAT(open(), IsEmpty());
    write("ann:" + kHash + "\nbob\n");
    source_->look_now();
    source_->look_now();
    EXPECT_TRUE(find("ann"));
    EXPECT_THAT(told_, ElementsAre("0 faults, 0 remarks", "1 faults, 0 remarks"));
    std::filesystem::remove(path_);
    source_->look_now();
    EXPECT_TRUE(find("ann"));
    EXPECT_EQ(source_->generation(), 1u);
    write("bob:" + kHash + "\n");
    source_->look_now();
    EXPECT_FALSE(find("ann"));
    EXPECT_TRUE(find("bob"));
}

TEST_F(PasswdFileSourceTest, an_account_that_comes_back_is_another_one) {
    write("ann:" + kHash + "\n");
    ASSERT_THAT(open(), IsEmpty());
    const auto first = find("ann")->revision;
    write("bob:" + kHash + "\n");
    source_->look_now();
    write("ann:" + kHash + "\n");
    source_->look_now();
    EXPECT_NE(find("ann")->revision, first);
}

TEST_F(PasswdFileSourceTest, it_looks_by_itself) {
    write("ann:" + kHash + "\n");
    auto opened = PasswdFileSource::open(
        {.path = path_, .rules = {}, .look = std::chrono::milliseconds{5}, .told = {}}, clock_);
    ASSERT_TRUE(opened);
    write("bob:" + kHash + "\n");
    while ((*opened)->generation() < 2) std::this_thread::yield();
    EXPECT_TRUE(net::run_task((*opened)->find("bob")).value());
}

}  // namespace
}  // namespace signet::store
