#include "app/certificate_watch.h"

#include "net/system_clock.h"
#include "net/test_ca.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace signet::app {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class Watching : public ::testing::Test {
protected:
    Watching() {
        first_ = ca_.issue("mail.example");
        files_ = {ca_.write("live.pem", ""), ca_.write("live.key", "")};
        copy(first_.certificate, files_.certificate);
        copy(first_.key, files_.key);
        shown_ = *net::load_certificate(files_);
        watch_.begin({files_}, {shown_});
    }

    static void copy(const std::string& from, const std::string& to) {
        fs::copy_file(from, to, fs::copy_options::overwrite_existing);
    }
    std::vector<CertificateWatch::News> look(std::chrono::hours later = 0h) {
        return watch_.look(net::SystemClock{}.wall() + later);
    }

    net::TestCa ca_;
    net::TestCa::Files first_;
    net::CertificateFiles files_;
    CertificatePtr shown_;
    CertificateWatch watch_;
};

TEST_F(Watching, files_that_stay_are_no_news) {
    EXPECT_TRUE(look().empty());
    copy(first_.certificate, files_.certificate);  // written anew, with what it was
    EXPECT_TRUE(look().empty());
    EXPECT_TRUE(look().empty());
}

TEST_F(Watching, a_renewal_is_taken_up_once_whole) {
    EXPECT_TRUE(look().empty());
    const auto second = ca_.issue("mail.example");
    copy(second.certificate, files_.certificate);
    EXPECT_TRUE(look().empty());  // the old key is still there: perhaps they are being written
    copy(second.key, files_.key);
    const auto news = look();
    ASSERT_EQ(news.size(), 1u);
    ASSERT_TRUE(news[0].renewed);
    EXPECT_NE(news[0].renewed->fingerprint(), shown_->fingerprint());
    EXPECT_TRUE(look().empty());
    EXPECT_EQ(watch_.trouble(0), "");
}

TEST_F(Watching, what_does_not_fit_is_said_once_and_tried_until_it_fits) {
    const auto second = ca_.issue("mail.example");
    copy(second.key, files_.key);
    EXPECT_TRUE(look().empty());
    const auto news = look();
    ASSERT_EQ(news.size(), 1u);
    EXPECT_FALSE(news[0].renewed);
    EXPECT_NE(news[0].why.find("does not belong to"), std::string::npos);
    EXPECT_TRUE(look().empty());
    EXPECT_EQ(watch_.trouble(0), news[0].why);
    fs::remove(files_.certificate);
    ASSERT_EQ(look().size(), 1u);  // another reason
    copy(second.certificate, files_.certificate);
    const auto done = look();
    ASSERT_EQ(done.size(), 1u);
    EXPECT_TRUE(done[0].renewed);
    EXPECT_EQ(watch_.trouble(0), "");
}

TEST_F(Watching, what_has_ended_or_not_begun_does_not_take_the_place) {
    const auto second = ca_.issue("mail.example");
    copy(second.certificate, files_.certificate);
    copy(second.key, files_.key);
    EXPECT_TRUE(look(48h).empty());
    ASSERT_EQ(look(48h).size(), 1u);
    ASSERT_EQ(look(-48h).size(), 1u);
    const auto now = look();  // the clock was wrong
    ASSERT_EQ(now.size(), 1u);
    EXPECT_TRUE(now[0].renewed);
}

// As certbot renews: live/ holds links, which are pointed elsewhere.
TEST_F(Watching, links_are_followed) {
    const auto one = ca_.issue("mail.example"), two = ca_.issue("mail.example");
    const auto folder = fs::path{files_.certificate}.parent_path();
    const auto point = [&](const net::TestCa::Files& to) {
        for (const auto& [link, target] : {std::pair{"a.pem", to.certificate}, {"a.key", to.key}}) {
            fs::remove(folder / link);
            fs::create_symlink(target, folder / link);
        }
    };
    point(one);
    const net::CertificateFiles links{folder / "a.pem", folder / "a.key"};
    watch_.begin({links}, {*net::load_certificate(links)});
    EXPECT_TRUE(look().empty());
    point(two);
    const auto news = look();
    ASSERT_EQ(news.size(), 1u);
    EXPECT_TRUE(news[0].renewed);
}

}  // namespace
}  // namespace signet::app
