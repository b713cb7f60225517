#include "authn/certificate_check.h"

#include "authn/exchange.h"
#include "crypto/client_certificate_maker.h"
#include "identity/fake_hashers.h"
#include "net/run_task.h"
#include "store/credentials_database.h"
#include "store/memory_accounts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::authn {
namespace {

using crypto::CertifiedKey;
using crypto::ClientSpec;
using std::chrono::days;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class CertificateCheckTest : public ::testing::Test {
protected:
    CertificateCheckTest() { trust({ca_.certificate_pem}); }

    void SetUp() override {
        add({.name = "ann@example.com", .send_as = {{"ann", "example.com"}}});
        add({.name = "bob@example.com", .enabled = false, .send_as = {}});
        add({.name = "boss@example.com", .send_as = {{"boss", "example.com"}}});
    }
    void add(identity::Account account) {
        ASSERT_TRUE(net::run_task(accounts_.add(std::move(account))));
    }
    void trust(const std::string& pem, CertificateRules rules = {}) {
        if (!pem.empty()) rules.authorities = *crypto::ClientAuthorities::read(pem);
        check_.put_in_force(std::make_shared<const CertificateRules>(std::move(rules)));
    }
    // The account has it as a credential.
    void give(const std::string& account, const CertifiedKey& one,
              identity::Credential credential = {}) {
        auto changed = **net::run_task(accounts_.find(account));
        credential.id = "card";
        credential.kind = identity::CredentialKind::certificate;
        credential.secret = crypto::ClientCertificate::read_pem(one.certificate_pem)->fingerprint();
        changed.credentials.push_back(std::move(credential));
        ASSERT_TRUE(net::run_task(accounts_.update(std::move(changed))));
    }
    CertifiedKey client(const std::string& names, ClientSpec spec = {}) {
        spec.alternative_names = names;
        return crypto::make_client(spec, &ca_, clock_.wall());
    }
    static std::shared_ptr<const crypto::ShownCertificate> shown(const CertifiedKey& one) {
        return std::make_shared<crypto::ShownCertificate>(
            crypto::ShownCertificate{crypto::der_of(one.certificate_pem), {}});
    }
    // "ok ann@example.com", or a refusal's word; by EXTERNAL.
    std::string outcome(const CertifiedKey& one, const std::string& authzid = {}) {
        Exchange exchange{*sasl::find_mechanism("EXTERNAL"),
                          {database_, {.certificates = &check_}, act_as_},
                          {"192.0.2.1", "TLSv1.3", shown(one)}};
        auto turn = net::run_task(
            exchange.resume(sasl::ClientMessage{Secret::copy_of(authzid)}, Deadline::never()));
        if (auto* granted = std::get_if<Granted>(&turn)) {
            last_ = granted->login;
            return "ok " + granted->login.account;
        }
        denied_ = std::get<Denied>(turn);
        return denied_.reason;
    }

    ManualClock clock_;
    SeededEntropy entropy_{7};
    CertifiedKey ca_ =
        crypto::make_client({.common_name = "Clients", .authority = true}, nullptr, clock_.wall());
    identity::CountingHasher hasher_;
    store::MemoryAccounts accounts_{clock_};
    net::WorkerPool pool_{{.name = "hash", .max_wait = std::chrono::milliseconds{0}}};
    store::CredentialsDatabase database_{accounts_, hasher_, pool_, clock_, entropy_, {}};
    CertificateCheck check_{database_, clock_};
    std::vector<settings::ActAsSettings> act_as_;
    identity::Login last_;
    Denied denied_;
};

TEST_F(CertificateCheckTest, AnAuthoritysCertificateSignsInAsWhomItNames) {
    EXPECT_EQ(outcome(client("email:Ann@example.com")), "ok ann@example.com");
    EXPECT_EQ(last_.method, "EXTERNAL");
    EXPECT_EQ(last_.credential_id, "");
    EXPECT_EQ(last_.authcid, "ann@example.com");
    EXPECT_EQ(last_.send_as.size(), 1u);
    EXPECT_EQ(outcome(client("email:bob@example.com")), "account_disabled");
    EXPECT_EQ(denied_.account, "bob@example.com");
    EXPECT_EQ(outcome(client("email:eve@example.com")), "unknown_account");
    EXPECT_EQ(outcome(client("DNS:ann.example.com")), "certificate_account");
}

TEST_F(CertificateCheckTest, WhatNobodyTrustsIsRefusedAndSaysWhyInTheAudit) {
    const auto stranger =
        crypto::make_client({.alternative_names = "email:ann@example.com"}, nullptr, clock_.wall());
    EXPECT_EQ(outcome(stranger), "certificate_untrusted");
    EXPECT_THAT(denied_.detail, HasSubstr("CN=a client"));
    EXPECT_EQ(denied_.denial, Denial::credentials);
    EXPECT_EQ(outcome(client("email:ann@example.com", {.usage = "serverAuth"})),
              "certificate_untrusted");
    const auto ann = client("email:ann@example.com");
    clock_.advance(days{91});
    EXPECT_EQ(outcome(ann), "certificate_expired");
    clock_.advance(-days{92});
    EXPECT_EQ(outcome(ann), "certificate_not_yet_valid");
    clock_.advance(days{1});
    trust("");
    EXPECT_EQ(outcome(ann), "certificate_unknown");
}

TEST_F(CertificateCheckTest, OneThatAnAccountHasNeedsNoAuthorityAndObeysItsPolicy) {
    trust("");
    const auto card = crypto::make_client({}, nullptr, clock_.wall());
    give("ann@example.com", card,
         {.id = {}, .policy = {.networks = {*parse_network("192.0.2.0/24")}}});
    EXPECT_EQ(outcome(card), "ok ann@example.com");
    EXPECT_EQ(last_.credential_id, "card");
    auto ann = **net::run_task(accounts_.find("ann@example.com"));
    ann.credentials.back().policy.networks = {*parse_network("198.51.100.0/24")};
    ASSERT_TRUE(net::run_task(accounts_.update(ann)));
    EXPECT_EQ(outcome(card), "network_not_allowed");
    EXPECT_EQ(denied_.credential, "card");
}

// The authority may not have heard yet that a card is lost.
TEST_F(CertificateCheckTest, OneThatIsRevokedHereIsRefusedWhoeverMadeIt) {
    const auto card = client("email:ann@example.com");
    give("ann@example.com", card, {.id = {}, .state = identity::CredentialState::revoked});
    EXPECT_EQ(outcome(card), "credential_revoked");
}

TEST_F(CertificateCheckTest, OfSeveralNamesTheWantedOneElseTheFirstThatIsThere) {
    const auto both = client("email:eve@example.com,email:boss@example.com,email:ann@example.com");
    EXPECT_EQ(outcome(both), "ok boss@example.com");
    EXPECT_EQ(outcome(both, "ann@example.com"), "ok ann@example.com");
    EXPECT_EQ(last_.actor, nullptr) << "it is its own";
    EXPECT_EQ(outcome(both, "bob@example.com"), "authzid_not_permitted");
}

TEST_F(CertificateCheckTest, NamesAreTakenAsTheRulesSay) {
    using Name = CertificateRules::Name;
    const auto one = client(
        "email:ann@corp.example,DNS:printer.example.com,URI:urn:x,"
        "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:ann@ad.example");
    const auto read = *crypto::ClientCertificate::read_pem(one.certificate_pem);
    EXPECT_THAT(accounts_named(read, {.names = {Name::dns, Name::email}}),
                ElementsAre("printer.example.com", "ann@corp.example"));
    EXPECT_THAT(accounts_named(read, {.names = {Name::principal}}), ElementsAre("ann@ad.example"));
    EXPECT_THAT(accounts_named(read, {.names = {Name::email},
                                      .strip_domain = "Corp.Example",
                                      .append_domain = "example.com"}),
                ElementsAre("ann@example.com"));
    EXPECT_THAT(accounts_named(read, {.names = {Name::email}, .strip_domain = "other.example"}),
                ElementsAre());
    EXPECT_THAT(accounts_named(read, {.names = {Name::email}, .append_domain = "example.com"}),
                ElementsAre());
    std::string many;
    for (int i = 0; i < 30; ++i) many += ",email:u" + std::to_string(i) + "@example.com";
    const auto crowd = *crypto::ClientCertificate::read_pem(client(many.substr(1)).certificate_pem);
    EXPECT_EQ(accounts_named(crowd, {}).size(), 10u);
}

TEST_F(CertificateCheckTest, WhoActsAsAnotherSendsAsThatOneWithinHisOwnCredential) {
    const auto ann = client("email:ann@example.com");
    EXPECT_EQ(outcome(ann, "boss@example.com"), "authzid_not_permitted");
    EXPECT_EQ(denied_.detail, "boss@example.com");
    act_as_ = {{.name = "desk", .accounts = {"ann@example.com"}, .as = {"boss@example.com"}}};
    EXPECT_EQ(outcome(ann, "boss@example.com"), "ok boss@example.com");
    ASSERT_NE(last_.actor, nullptr);
    EXPECT_EQ(last_.actor->account, "ann@example.com");
    EXPECT_EQ(last_.authcid, "ann@example.com");
    EXPECT_TRUE(last_.may_send_as({"boss", "example.com"}));
    EXPECT_FALSE(last_.may_send_as({"ann", "example.com"}));
    EXPECT_EQ(outcome(ann, "nobody@example.com"), "authzid_not_permitted");
    act_as_[0].as = {"*"};
    EXPECT_EQ(outcome(ann, "bob@example.com"), "authzid_not_permitted") << "he is disabled";
}

// A session is asked at each command whether what opened it would still do so.
TEST_F(CertificateCheckTest, WhatIsTakenBackWhileASessionLastsIsNoticed) {
    const auto good = [&](const identity::Login& login) {
        return net::run_task(check_.still_good(login)).value();
    };
    const auto ann = client("email:ann@example.com");
    ASSERT_EQ(outcome(ann), "ok ann@example.com");
    const auto login = last_;
    ASSERT_NE(login.basis.certificate, nullptr);
    EXPECT_TRUE(good(login));
    const auto before = check_.generation();
    CertificateRules rules;
    rules.authorities = *crypto::ClientAuthorities::read(
        ca_.certificate_pem,
        crypto::make_revocation_list(ca_, {ann.certificate_pem}, clock_.wall(), days{7}));
    check_.put_in_force(std::make_shared<const CertificateRules>(std::move(rules)));
    EXPECT_GT(check_.generation(), before);
    EXPECT_FALSE(good(login));
    trust(ca_.certificate_pem);
    EXPECT_TRUE(good(login));
    clock_.advance(days{91});
    EXPECT_FALSE(good(login));
}

// From there it was opened, and over that TLS.
TEST_F(CertificateCheckTest, ThePolicyOfACredentialIsNotJudgedAgainWithoutTheClient) {
    const auto card = crypto::make_client({}, nullptr, clock_.wall());
    give("ann@example.com", card,
         {.id = {}, .policy = {.networks = {*parse_network("192.0.2.0/24")}}});
    ASSERT_EQ(outcome(card), "ok ann@example.com");
    EXPECT_TRUE(net::run_task(check_.still_good(last_)).value());
}

TEST_F(CertificateCheckTest, ACredentialKeptToOneAddressActsAsNobodyElse) {
    const auto card = crypto::make_client({}, nullptr, clock_.wall());
    auto ann = **net::run_task(accounts_.find("ann@example.com"));
    ann.send_as = {{"ann", "example.com"}, {"a", "example.com"}};
    ASSERT_TRUE(net::run_task(accounts_.update(ann)));
    act_as_ = {{.name = "desk", .accounts = {"ann@example.com"}, .as = {"boss@example.com"}}};
    give("ann@example.com", card, {.id = {}, .policy = {.senders = {{"ann", "example.com"}}}});
    EXPECT_EQ(outcome(card), "ok ann@example.com");
    EXPECT_EQ(outcome(card, "boss@example.com"), "authzid_not_permitted");
}

TEST_F(CertificateCheckTest, WhatIsNoCertificateIsMalformed) {
    const auto answer = net::run_task(check_.check_certificate(
        {{}, std::make_shared<crypto::ShownCertificate>(crypto::ShownCertificate{"x", {}})},
        Deadline::never()));
    ASSERT_TRUE(answer);
    EXPECT_EQ(std::get<identity::CertificateRefused>(*answer).why, "certificate_malformed");
}

}  // namespace
}  // namespace signet::authn
