#include "app/client_trust.h"

#include "crypto/client_certificate_maker.h"
#include "store/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace signet::app {
namespace {

using crypto::make_client;
using std::chrono::days;
using ::testing::HasSubstr;

constexpr WallTime kNow{std::chrono::seconds{1'795'500'000}};

class Trust : public ::testing::Test {
protected:
    Trust() {
        write(settings_.ca, ca_.certificate_pem);
        write(settings_.revoked, list({}));
    }
    static void write(const std::string& file, const std::string& text) {
        std::ofstream{file} << text;
    }
    std::string list(const std::vector<std::string>& revoked) {
        return crypto::make_revocation_list(ca_, revoked, kNow, days{7});
    }
    std::string judged(const CertificateRulesPtr& rules) {
        const auto right =
            rules->authorities->judge({crypto::der_of(ann_.certificate_pem), {}}, kNow);
        return right ? "" : right.error();
    }

    const store::TemporaryFolder folder_;
    const crypto::CertifiedKey ca_ =
        make_client({.common_name = "Clients", .authority = true}, nullptr, kNow);
    const crypto::CertifiedKey ann_ = make_client({}, &ca_, kNow);
    settings::ClientCertificateSettings settings_{.ca = folder_ / "ca.pem",
                                                  .revoked = folder_ / "revoked.pem"};
    ClientTrust trust_;
};

TEST_F(Trust, IsReadFromTheFilesOfTheSettings) {
    settings_.account = {"dns", "principal", "uri", "email"};
    settings_.append_domain = "example.com";
    const auto rules = load_certificate_rules(settings_);
    ASSERT_TRUE(rules) << rules.error();
    EXPECT_EQ(judged(*rules), "");
    EXPECT_EQ((*rules)->names.size(), 4u);
    EXPECT_EQ((*rules)->names.front(), authn::CertificateRules::Name::dns);
    EXPECT_EQ((*rules)->append_domain, "example.com");
    const auto none = load_certificate_rules({});
    ASSERT_TRUE(none);
    EXPECT_EQ((*none)->authorities, nullptr);
}

TEST_F(Trust, FilesThatCannotBeUsedAreNamed) {
    write(settings_.revoked, "");
    EXPECT_THAT(load_certificate_rules(settings_).error(), HasSubstr("revoked.pem"));
    write(settings_.ca, ann_.certificate_pem);
    settings_.revoked.clear();
    EXPECT_THAT(load_certificate_rules(settings_).error(), HasSubstr("ca.pem"));
    settings_.ca += ".none";
    EXPECT_THAT(load_certificate_rules(settings_).error(), HasSubstr("no such file"));
}

TEST_F(Trust, ANewRevocationListIsNoticed) {
    trust_.begin(settings_);
    EXPECT_FALSE(trust_.look());
    write(settings_.revoked, list({ann_.certificate_pem}));
    const auto news = trust_.look();
    ASSERT_TRUE(news);
    ASSERT_NE(news->renewed, nullptr) << news->why;
    EXPECT_EQ(news->file, settings_.revoked);
    EXPECT_THAT(judged(news->renewed), HasSubstr("revoked"));
    EXPECT_FALSE(trust_.look());
}

TEST_F(Trust, WhatCannotBeUsedIsSaidOnceAndTakenWhenItIsRight) {
    trust_.begin(settings_);
    write(settings_.revoked, "half a li");
    EXPECT_FALSE(trust_.look()) << "it may be being written";
    const auto news = trust_.look();
    ASSERT_TRUE(news);
    EXPECT_EQ(news->renewed, nullptr);
    EXPECT_THAT(news->why, HasSubstr("no revocation list"));
    EXPECT_FALSE(trust_.look()) << "it was said";
    write(settings_.revoked, list({}));
    const auto again = trust_.look();
    ASSERT_TRUE(again);
    EXPECT_NE(again->renewed, nullptr);
}

TEST_F(Trust, WithoutAuthoritiesThereIsNothingToLookAt) {
    trust_.begin({});
    EXPECT_FALSE(trust_.look());
}

}  // namespace
}  // namespace signet::app
