#include "admin/admin_world.h"

#include "crypto/client_certificate.h"
#include "crypto/client_certificate_maker.h"

#include <boost/json.hpp>

namespace signet::admin {
namespace {

class CredentialAdmin : public Admin {
protected:
    void SetUp() override {
        clock_.advance(std::chrono::hours{24 * 20'000});
        ASSERT_TRUE(ask("account.add", R"({"name":"ann@a.example","password":"correct horse"})"));
    }
    boost::json::object added(std::string_view parameters) {
        const auto outcome = ask("credential.add", parameters);
        EXPECT_TRUE(outcome) << said(outcome);
        return outcome ? boost::json::parse(outcome->done).as_object() : boost::json::object{};
    }
    static std::string text(const boost::json::object& object, std::string_view name) {
        return std::string{object.at(name).as_string()};
    }
    identity::Account ann() { return account("ann@a.example"); }
};

TEST_F(CredentialAdmin, AnAppPasswordIsShownOnceAndOpensFromThenOn) {
    const auto made = added(
        R"({"name":"Ann@a.example","label":"printer","networks":["192.0.2.0/24"],)"
        R"("senders":["scan@a.example"],"expires":"90d","idle_days":30,"limit_messages":"5/1m"})");
    const auto id = text(made, "id"), password = text(made, "password");
    EXPECT_EQ(id.size(), 8u);
    EXPECT_EQ(text(made, "type"), "app-password");
    EXPECT_EQ(text(made, "state"), "active");
    const auto account = ann();
    const auto* kept = account.credential(id);
    ASSERT_NE(kept, nullptr);
    EXPECT_EQ(kept->secret, app_passwords_.digest("ann@a.example", Secret::copy_of(password)));
    EXPECT_EQ(kept->label, "printer");
    EXPECT_EQ(kept->policy.senders, (std::vector<identity::SendAs>{{"scan", "a.example"}}));
    EXPECT_EQ(kept->policy.limits.messages, (Rate{5, std::chrono::seconds{60}}));
    EXPECT_EQ(kept->expires, clock_.wall() + std::chrono::days{90});
    EXPECT_EQ(kept->idle_limit, std::chrono::days{30});
    EXPECT_NE(kept->verifier(sasl::ProofKind::scram_sha256), "");
    EXPECT_EQ(kept->verifier(sasl::ProofKind::cram_md5), "");
    const auto event = last_event();
    EXPECT_EQ(event.event, "credential.added");
    EXPECT_EQ(event.account_name, "ann@a.example");
    EXPECT_EQ(event.change.at(0).new_value, "app-password " + id + " (printer)");

    const auto listed = ask("credential.list", R"({"name":"ann@a.example"})");
    ASSERT_EQ(listed->items.size(), 2u);
    for (const auto& item : listed->items) {
        EXPECT_FALSE(item.contains(password));
        EXPECT_FALSE(item.contains(kept->secret));
        EXPECT_FALSE(item.contains("hash of"));
    }
}

TEST_F(CredentialAdmin, ForADeviceOfTheOldSortItKeepsWhatCramMd5Needs) {
    const auto made = added(R"({"name":"ann@a.example","cram_md5":true})");
    const auto account = ann();
    EXPECT_EQ(account.credential(text(made, "id"))->verifier(sasl::ProofKind::cram_md5),
              identity::make_cram_verifier(Secret::copy_of(text(made, "password"))));
}

TEST_F(CredentialAdmin, WhatCannotBeMadeIsSaidInASentence) {
    struct Case {
        std::string parameters, said;
    };
    const Case cases[] = {
        {R"({"name":"bob@a.example"})", "not_found: there is no account `bob@a.example`"},
        {R"({"name":"ann@a.example","type":"sms"})",
         "usage: `type` is app-password, password, certificate or token"},
        {R"({"name":"ann@a.example","password":"correct horse"})",
         "usage: an app password is made up, not chosen"},
        {R"({"name":"ann@a.example","type":"password"})", "usage: a password is needed"},
        {R"({"name":"ann@a.example","type":"password","password":"short"})",
         "usage: a password has at least 8 characters"},
        {R"({"name":"ann@a.example","type":"certificate"})",
         "usage: `certificate` is not a certificate in PEM: no start line"},
        {R"({"name":"ann@a.example","type":"token","subject":"4711"})",
         "usage: `subject` is the name of an [[issuer]], a blank, and the `sub` of its tokens"},
        {R"({"name":"ann@a.example","type":"token","subject":" 4711"})",
         "usage: `subject` is the name of an [[issuer]], a blank, and the `sub` of its tokens"},
        {R"({"name":"ann@a.example","type":"password","password":"another horse","cram_md5":true})",
         "usage: only an app password can be kept for CRAM-MD5"},
        {R"({"name":"ann@a.example","networks":["home"]})",
         "usage: `home` cannot stand in networks"},
        {R"({"name":"ann@a.example","expires":"1999-01-01"})",
         "usage: `expires` is a day that is over"},
        {R"({"name":"ann@a.example","expires":"soon"})",
         "usage: `expires` is a day such as `2027-05-01`, a time such as `90d`, or `never`"},
        {R"({"name":"ann@a.example","idle_days":4000})", "usage: `idle_days` is at most 3650"},
        {R"({"name":"ann@a.example","label":"a\nb"})",
         "usage: a label is a line of at most 100 octets"},
    };
    for (const auto& c : cases) EXPECT_EQ(said(ask("credential.add", c.parameters)), c.said);
    EXPECT_EQ(ann().credentials.size(), 1u);
}

std::string as_json(const std::string& pem) {
    std::string text;
    for (const char c : pem) text += c == '\n' ? std::string{"\\n"} : std::string(1, c);
    return text;
}

TEST_F(CredentialAdmin, ACertificateIsKeptByItsFingerprintAndEndsWithIt) {
    const auto card =
        crypto::make_client({.common_name = "printer 2"}, nullptr, clock_.wall()).certificate_pem;
    const auto parameters =
        R"({"name":"ann@a.example","type":"certificate","certificate":")" + as_json(card) + "\"}";
    const auto made = added(parameters);
    EXPECT_EQ(text(made, "type"), "certificate");
    EXPECT_EQ(text(made, "label"), "CN=printer 2");
    const auto account = ann();
    const auto& kept = *account.credential(text(made, "id"));
    EXPECT_EQ(kept.secret, crypto::ClientCertificate::read_pem(card)->fingerprint());
    EXPECT_EQ(kept.expires, crypto::ClientCertificate::read_pem(card)->not_after());
    EXPECT_EQ(said(ask("credential.add", parameters)), "conflict: `ann@a.example` has it already");
    const auto old = crypto::make_client({.valid = -std::chrono::days{1}}, nullptr, clock_.wall());
    EXPECT_EQ(said(ask("credential.add",
                       R"({"name":"ann@a.example","type":"certificate","certificate":")" +
                           as_json(old.certificate_pem) + "\"}")),
              "usage: the certificate has ended");
}

TEST_F(CredentialAdmin, ASubjectOfAnIssuerBelongsToOneAccount) {
    const std::string parameters =
        R"({"name":"ann@a.example","type":"token","subject":"company 4711","senders":["ann@a.example"]})";
    const auto made = added(parameters);
    EXPECT_EQ(text(made, "type"), "token");
    const auto account = ann();
    EXPECT_EQ(account.credential(text(made, "id"))->secret, "company 4711");
    EXPECT_EQ(account.credential(text(made, "id"))->policy.senders.size(), 1u);
    EXPECT_EQ(said(ask("credential.add", parameters)), "conflict: `ann@a.example` has it already");
}

TEST_F(CredentialAdmin, TwoChosenPasswordsAreEnough) {
    added(R"({"name":"ann@a.example","type":"password","password":"another horse"})");
    EXPECT_EQ(said(ask("credential.add",
                       R"({"name":"ann@a.example","type":"password","password":"third horse"})")),
              "conflict: it has two passwords already: revoke one of them first");
}

TEST_F(CredentialAdmin, IsChangedRevokedAndForgotten) {
    const auto id = text(added(R"({"name":"ann@a.example","networks":["192.0.2.0/24"]})"), "id");
    const auto with = [&](std::string_view more) {
        return R"({"name":"ann@a.example","id":")" + id + "\"" + std::string{more} + "}";
    };
    ASSERT_TRUE(ask("credential.set", with(R"(,"label":"phone","min_tls":"1.3")")));
    EXPECT_EQ(ann().credential(id)->label, "phone");
    EXPECT_EQ(ann().credential(id)->policy.min_tls, "1.3");
    EXPECT_EQ(ann().credential(id)->policy.networks.size(), 1u) << "what is not named stays";
    EXPECT_EQ(last_event().event, "credential.changed");
    ASSERT_TRUE(ask("credential.set", with(R"(,"networks":[],"min_tls":"none")")));
    EXPECT_EQ(ann().credential(id)->policy, identity::CredentialPolicy{});
    EXPECT_EQ(said(ask("credential.set", with(R"(,"networks":["x"])"))),
              "usage: `x` cannot stand in networks");

    const auto revoked = ask("credential.revoke", with(""));
    EXPECT_TRUE(said(revoked).contains(R"("state":"revoked")")) << said(revoked);
    EXPECT_EQ(last_event().event, "credential.revoked");
    const auto events = audit_.events().size();
    ASSERT_TRUE(ask("credential.revoke", with("")));
    EXPECT_EQ(audit_.events().size(), events) << "once is enough";
    ASSERT_TRUE(ask("credential.delete", with("")));
    EXPECT_EQ(last_event().event, "credential.deleted");
    EXPECT_EQ(ann().credential(id), nullptr);
    EXPECT_EQ(said(ask("credential.delete", with(""))),
              "not_found: there is no credential `" + id + "`");
}

TEST_F(CredentialAdmin, ANewPasswordMayLeaveTheOldOneItsTime) {
    const auto reset = [&](std::string_view more) {
        return ask("account.reset-password",
                   R"({"name":"ann@a.example",)" + std::string{more} + "}");
    };
    ASSERT_TRUE(reset(R"("password":"second horse","keep_old":"7d")"));
    auto account = ann();
    EXPECT_EQ(account.password_hash(), "hash of second horse");
    ASSERT_NE(account.credential("old-password"), nullptr);
    EXPECT_EQ(account.credential("old-password")->secret, "hash of correct horse");
    EXPECT_EQ(account.credential("old-password")->expires, clock_.wall() + std::chrono::days{7});
    ASSERT_TRUE(reset(R"("password":"third horse","keep_old_idle_days":14)"));
    account = ann();
    EXPECT_EQ(account.credential("old-password")->secret, "hash of second horse");
    EXPECT_EQ(account.credential("old-password")->idle_limit, std::chrono::days{14});
    EXPECT_FALSE(account.credential("old-password")->expires);
    EXPECT_EQ(account.credentials.size(), 2u);
    ASSERT_TRUE(reset(R"("password":"fourth horse")"));
    EXPECT_EQ(ann().credential("old-password"), nullptr) << "void at once";
    EXPECT_EQ(said(reset(R"("password":"fifth horse","keep_old":"never")")),
              "usage: an old password that is kept has an end");
}

}  // namespace
}  // namespace signet::admin
