// An account that has more than one credential, in the eyes of who checks them.
#include "identity/fake_hashers.h"
#include "store/credentials_database.h"

#include "crypto/cram_md5.h"
#include "net/run_task.h"
#include "sasl/scram_messages.h"
#include "sasl/scram_player.h"
#include "store/memory_accounts.h"

#include <gtest/gtest.h>

namespace signet::store {
namespace {

using namespace std::chrono_literals;
using identity::Account;
using identity::Claim;
using identity::Credential;
using identity::CredentialKind;
using identity::CredentialState;
using identity::Login;
using identity::Refusal;
using identity::Refused;

constexpr auto kKind = sasl::ProofKind::scram_sha256;

class ManyCredentialsTest : public testing::Test {
protected:
    ManualClock clock_{WallTime{std::chrono::days{20'000}}};
    SeededEntropy entropy_{7};
    identity::CountingHasher hasher_;
    MemoryAccounts memory_{clock_};
    net::WorkerPool pool_{{.name = "hash", .max_wait = 0ms}};
    const identity::Verifiers verifiers_{Secret{std::string(32, 'k')}, {4'096}};
    const identity::AppPasswords app_passwords_{Secret{std::string(32, 'a')}};
    CredentialsDatabase database_{
        memory_, hasher_,  pool_,
        clock_,  entropy_, {.verifiers = &verifiers_, .app_passwords = &app_passwords_}};
    const std::string printer_ = "kfvn-qpas-wmzt-reyb-hcod-xilu";

    void SetUp() override {
        Account ann;
        ann.name = "ann";
        ann.send_as = {{"ann", "example.com"}, {"scan", "example.com"}};
        ann.password().secret = hasher_.hash("right").value();
        Credential printer{.id = "printer", .kind = CredentialKind::app_password};
        printer.secret = app_passwords_.digest("ann", Secret::copy_of(printer_));
        verifiers_.renew(ann, printer, Secret::copy_of(printer_));
        printer.set_verifier(sasl::ProofKind::cram_md5,
                             identity::make_cram_verifier(Secret::copy_of(printer_)));
        ann.credentials.push_back(std::move(printer));
        ASSERT_TRUE(net::run_task(memory_.add(std::move(ann))));
    }
    Account current() { return net::run_task(memory_.find("ann")).value().value(); }
    // Changes the credential of that id.
    void change(std::string_view id, const std::function<void(Credential&)>& how) {
        auto account = current();
        how(*std::ranges::find(account.credentials, id, &Credential::id));
        ASSERT_TRUE(net::run_task(memory_.update(std::move(account))));
    }
    identity::CheckAnswer check(std::string_view password,
                                Claim claim = {"ann", "LOGIN", "192.0.2.7", "TLSv1.3"}) {
        return net::run_task(
                   database_.check(std::move(claim), Secret::copy_of(password), Deadline::never()))
            .value();
    }
    Login login(std::string_view password) { return std::get<Login>(check(password)); }
    Refused refused(std::string_view password) { return std::get<Refused>(check(password)); }
    identity::CheckAnswer prove(std::string_view password) {
        sasl::ScramPlayer client{"ann", std::string{password}};
        const auto shown = net::run_task(database_.salt("ann", kKind, Deadline::never())).value();
        const auto first =
            sasl::scram::server_first(client.nonce + "server", shown.octets, shown.iterations);
        auto last = sasl::scram::parse_client_final(client.last(first)).value();
        const auto message = client.first().substr(3) + "," + first + "," + last.without_proof;
        return net::run_task(
                   database_.check_proof(
                       {{"ann", "SCRAM-SHA-256", "192.0.2.7"}, kKind, message, last.proof},
                       Deadline::never()))
            .value()
            .answer;
    }
};

TEST_F(ManyCredentialsTest, EachOpensTheAccountAndTheLoginKnowsWhich) {
    EXPECT_EQ(login("right").credential_id, "password");
    EXPECT_EQ(login(printer_).credential_id, "printer");
    EXPECT_EQ(login("KFVN QPAS WMZT REYB HCOD XILU").credential_id, "printer");
    EXPECT_EQ(refused("kfvn-qpas-wmzt-reyb-hcod-xilx").why, Refusal::bad_password);
    const auto use = current().credential("printer")->last_use;
    ASSERT_TRUE(use);
    EXPECT_EQ(use->client, "192.0.2.7");
    EXPECT_EQ(use->mechanism, "LOGIN");
    EXPECT_EQ(use->tls, "TLSv1.3");
    EXPECT_EQ(use->time, clock_.wall());
}

TEST_F(ManyCredentialsTest, AnAppPasswordCostsNoHashHoweverManyThereAre) {
    for (int i = 0; i < 50; ++i) {
        auto account = current();
        Credential more{.id = "c" + std::to_string(i), .kind = CredentialKind::app_password};
        more.secret = std::string(64, '0');
        account.credentials.insert(account.credentials.begin(), std::move(more));
        ASSERT_TRUE(net::run_task(memory_.update(std::move(account))));
    }
    hasher_.verifies = hasher_.decoys = 0;
    EXPECT_EQ(login(printer_).credential_id, "printer");
    EXPECT_EQ(hasher_.verifies + hasher_.decoys, 0u);
    EXPECT_EQ(refused("wrong").why, Refusal::bad_password);
    EXPECT_EQ(hasher_.verifies, 1u);
}

TEST_F(ManyCredentialsTest, ProofsFindTheirCredentialToo) {
    EXPECT_EQ(login("right").credential_id, "password") << "and gets its verifier";
    EXPECT_EQ(std::get<Login>(prove("right")).credential_id, "password");
    EXPECT_EQ(std::get<Login>(prove(printer_)).credential_id, "printer");
    EXPECT_EQ(std::get<Refused>(prove("wrong")).why, Refusal::bad_password);
    change("printer", [](auto& one) { one.state = CredentialState::revoked; });
    EXPECT_EQ(std::get<Refused>(prove(printer_)).why, Refusal::credential_revoked);
}

TEST_F(ManyCredentialsTest, ADeviceThatKnowsCramMd5OnlyCanProveItselfByIt) {
    const auto cram = [&](std::string_view password, std::string_view name = "ann") {
        const auto key = crypto::cram_md5_key(password);
        return net::run_task(database_.check_proof({{std::string{name}, "CRAM-MD5"},
                                                    sasl::ProofKind::cram_md5,
                                                    "<challenge@host>",
                                                    crypto::cram_md5(key, "<challenge@host>")},
                                                   Deadline::never()))
            .value()
            .answer;
    };
    EXPECT_EQ(std::get<Login>(cram(printer_)).credential_id, "printer");
    EXPECT_EQ(std::get<Refused>(cram("wrong")).why, Refusal::bad_password);
    EXPECT_EQ(std::get<Refused>(cram("right")).why, Refusal::bad_password) << "nothing is kept";
    EXPECT_EQ(std::get<Refused>(cram(printer_, "bob")).why, Refusal::unknown_account);
    EXPECT_EQ(net::run_task(database_.proof_covers()).value(),
              (identity::ProofCovers{{kKind, 1}, {sasl::ProofKind::cram_md5, 1}}));
    change("printer", [](auto& one) { one.verifiers.clear(); });
    EXPECT_EQ(std::get<Refused>(cram(printer_)).why, Refusal::no_usable_password);
}

TEST_F(ManyCredentialsTest, WhatIsOverIsRefusedWithItsReason) {
    const auto why = [&] {
        const auto answer = refused(printer_);
        EXPECT_EQ(answer.credential, "printer");
        EXPECT_EQ(answer.account, "ann");
        return answer.why;
    };
    change("printer", [](auto& one) { one.state = CredentialState::revoked; });
    EXPECT_EQ(why(), Refusal::credential_revoked);
    change("printer", [&](auto& one) {
        one.state = CredentialState::active;
        one.expires = clock_.wall();
    });
    EXPECT_EQ(why(), Refusal::credential_expired);
    change("printer", [&](auto& one) {
        one.expires = {};
        one.idle_limit = std::chrono::days{3};
    });
    EXPECT_EQ(login(printer_).credential_id, "printer");
    clock_.advance(std::chrono::days{2});
    EXPECT_EQ(login(printer_).credential_id, "printer") << "used again in time";
    clock_.advance(std::chrono::days{3});
    EXPECT_EQ(why(), Refusal::credential_expired);
    EXPECT_EQ(login("right").credential_id, "password");
}

TEST_F(ManyCredentialsTest, ThePolicyOfACredentialNarrowsTheLogin) {
    change("printer", [](auto& one) {
        one.policy.senders = {{"scan", "example.com"}};
        one.policy.recipient_domains = {"example.com"};
        one.policy.networks = {*parse_network("192.0.2.0/24")};
        one.policy.mechanisms = {"LOGIN"};
        one.policy.min_tls = "1.2";
        one.policy.limits.messages = Rate{5, 60s};
    });
    const auto made = login(printer_);
    EXPECT_EQ(made.send_as, (std::vector<identity::SendAs>{{"scan", "example.com"}}));
    EXPECT_EQ(made.recipient_domains, (std::vector<std::string>{"example.com"}));
    EXPECT_EQ(made.credential_limits.messages, (Rate{5, 60s}));
    EXPECT_EQ(login("right").send_as.size(), 2u);
    const auto why = [&](Claim claim) {
        return std::get<Refused>(check(printer_, std::move(claim))).why;
    };
    EXPECT_EQ(why({"ann", "LOGIN", "198.51.100.1", "TLSv1.3"}), Refusal::network_not_allowed);
    EXPECT_EQ(why({"ann", "PLAIN", "192.0.2.7", "TLSv1.3"}), Refusal::mechanism_not_allowed);
    EXPECT_EQ(why({"ann", "LOGIN", "192.0.2.7", ""}), Refusal::tls_too_old);
}

TEST_F(ManyCredentialsTest, WhereMailTakesAppPasswordsAloneTheMainPasswordIsToldSo) {
    database_.take_app_passwords_only(true);
    EXPECT_EQ(refused("right").why, Refusal::app_password_required);
    EXPECT_EQ(refused("wrong").why, Refusal::bad_password) << "a guesser learns nothing";
    EXPECT_EQ(login(printer_).credential_id, "printer");
    database_.take_app_passwords_only(false);
    EXPECT_EQ(login("right").credential_id, "password");
}

TEST_F(ManyCredentialsTest, APasswordGetsTooOldAndAnAppPasswordDoesNot) {
    using std::chrono::days;
    database_.take_password_age(days{365}, false);
    clock_.advance(days{365} - 1s);
    EXPECT_EQ(login("right").credential_id, "password");
    clock_.advance(1s);
    EXPECT_EQ(refused("right").why, Refusal::password_too_old);
    EXPECT_EQ(refused("right").credential, "password");
    EXPECT_EQ(refused("wrong").why, Refusal::bad_password) << "a guesser learns nothing";
    EXPECT_EQ(login(printer_).credential_id, "printer");
    database_.take_password_age(days{365}, true);
    EXPECT_EQ(refused(printer_).why, Refusal::password_too_old);
    change("password", [&](auto& one) { one.secret = hasher_.hash("newer").value(); });
    EXPECT_EQ(login("newer").credential_id, "password") << "made now";
    database_.take_password_age(0s, false);
    clock_.advance(days{10'000});
    EXPECT_EQ(login("newer").credential_id, "password");
}

TEST_F(ManyCredentialsTest, TwoPasswordsOpenWhileOneReplacesTheOther) {
    auto account = current();
    Credential old{.id = "old-password"};
    old.secret = hasher_.hash("before").value();
    old.expires = clock_.wall() + std::chrono::days{7};
    account.credentials.push_back(std::move(old));
    ASSERT_TRUE(net::run_task(memory_.update(std::move(account))));
    EXPECT_EQ(login("before").credential_id, "old-password");
    EXPECT_EQ(login("right").credential_id, "password");
    EXPECT_EQ(refused("wrong").why, Refusal::bad_password);
    clock_.advance(std::chrono::days{7});
    EXPECT_EQ(refused("before").why, Refusal::credential_expired);
    EXPECT_EQ(login("right").credential_id, "password");
}

// A third chosen password would let whoever guesses spend three hashes of ours for one of his
// tries.
TEST_F(ManyCredentialsTest, NoMoreThanTwoHashesAreTried) {
    auto account = current();
    for (const auto* id : {"b", "c"}) {
        Credential more{.id = id};
        more.secret = hasher_.hash(id).value();
        account.credentials.push_back(std::move(more));
    }
    ASSERT_TRUE(net::run_task(memory_.update(std::move(account))));
    hasher_.verifies = 0;
    EXPECT_EQ(refused("c").why, Refusal::bad_password);
    EXPECT_EQ(hasher_.verifies, 2u);
}

// Only what a session rests on ends it.
TEST_F(ManyCredentialsTest, ASessionOutlivesTheChangesOfOtherCredentials) {
    const auto by_printer = login(printer_), by_password = login("right");
    const auto stands = [&](const Login& login) {
        return net::run_task(database_.still_stands(login)).value();
    };
    auto account = current();
    account.credentials.push_back({.id = "new", .kind = CredentialKind::app_password});
    ASSERT_TRUE(net::run_task(memory_.update(std::move(account))));
    EXPECT_TRUE(stands(by_printer) && stands(by_password));
    change("printer", [](auto& one) { one.label = "printer, moved"; });
    EXPECT_TRUE(stands(by_printer));
    change("printer", [](auto& one) { one.policy.min_tls = "1.2"; });
    EXPECT_FALSE(stands(by_printer));
    EXPECT_TRUE(stands(by_password));
    const auto again = login(printer_);
    change("printer", [](auto& one) { one.state = CredentialState::revoked; });
    EXPECT_FALSE(stands(again));
    EXPECT_TRUE(stands(by_password));
    change("password", [&](auto& one) {
        one.secret = hasher_.hash("new").value();
        one.created = {};  // as whoever sets a new one says
    });
    clock_.advance(1s);
    EXPECT_FALSE(stands(by_password));
    const auto last = login("new");
    account = current();
    account.send_as.pop_back();
    ASSERT_TRUE(net::run_task(memory_.update(std::move(account))));
    EXPECT_FALSE(stands(last)) << "the account's rights are everybody's";
}

}  // namespace
}  // namespace signet::store
