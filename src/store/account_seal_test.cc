// The account database at rest: what lies in its file, and what happens to who changes it there.
#include "store/account_seal.h"

#include "identity/scram_verifier.h"
#include "net/run_task.h"
#include "store/sqlite_accounts.h"
#include "store/temporary_folder.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>

namespace signet::store {
namespace {

using identity::Account;

const std::string kHash = "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNo";
const std::string kVerifier =
    "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
    "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

// The tables as the first release made them.
constexpr const char* kFirstRelease = R"(
    CREATE TABLE migration(version INTEGER PRIMARY KEY, applied INTEGER NOT NULL) STRICT;
    INSERT INTO migration VALUES(1, 0);
    CREATE TABLE account(
        name TEXT PRIMARY KEY, enabled INTEGER NOT NULL CHECK(enabled IN (0, 1)),
        may_submit INTEGER NOT NULL CHECK(may_submit IN (0, 1)), password_hash TEXT NOT NULL,
        created INTEGER NOT NULL, changed INTEGER NOT NULL, revision INTEGER NOT NULL UNIQUE) STRICT;
    CREATE TABLE send_as(
        account TEXT NOT NULL REFERENCES account(name) ON DELETE CASCADE,
        position INTEGER NOT NULL, local_part TEXT NOT NULL, domain TEXT NOT NULL,
        PRIMARY KEY(account, position)) STRICT, WITHOUT ROWID;
    CREATE TABLE last_revision(number INTEGER NOT NULL) STRICT;
    INSERT INTO last_revision VALUES(9);
    PRAGMA application_id = 1399416686;)";

class AccountSealTest : public testing::Test {
protected:
    Result<std::unique_ptr<SqliteAccounts>, FileFault> try_open(char key,
                                                                SqliteOptions options = {}) {
        const CredentialKey source{[this, key](KeyNeed need) -> Result<Secret, std::string> {
                                       asked_.push_back(need);
                                       if (key == '\0') return fail(std::string{"no key here"});
                                       return Secret{std::string(32, key)};
                                   },
                                   entropy_};
        return SqliteAccounts::open(path_, clock_, source, std::move(options));
    }
    std::unique_ptr<SqliteAccounts> open() { return try_open('k').value(); }
    static Account account(std::string name) {
        Account made;
        made.name = std::move(name);
        made.password().secret = kHash;
        made.password().set_verifier(sasl::ProofKind::scram_sha256, kVerifier);
        return made;
    }
    static Result<std::optional<Account>, StoreFault> find(SqliteAccounts& store,
                                                           std::string name) {
        return net::run_task(store.find(std::move(name)));
    }
    void run(const std::string& sql) const {
        sqlite3* handle = nullptr;
        ASSERT_EQ(sqlite3_open(path_.c_str(), &handle), SQLITE_OK);
        EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(handle);
    }
    // Every octet that is on the disk: the file and what SQLite keeps beside it.
    std::string on_disk() const {
        std::string all;
        for (const auto& entry : std::filesystem::directory_iterator{folder_ / "state"}) {
            std::ifstream file{entry.path(), std::ios::binary};
            all.append(std::istreambuf_iterator<char>{file}, {});
        }
        return all;
    }
    void expect_sealed() const {
        const auto octets = on_disk();
        for (const std::string_view part :
             {"$argon2id", "c2FsdHNhbHRzYWx0c2FsdA", "aGFzaGhhc2g", "W22ZaJ0SNY7soEsUEjb6gQ",
              "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcX", "wfPLwcE6nTWhTAm"}) {
            EXPECT_EQ(octets.find(part), std::string::npos) << part;
        }
    }

    TemporaryFolder folder_;
    const std::string path_ = folder_ / "state/accounts.db";
    ManualClock clock_;
    SeededEntropy entropy_{4};
    std::vector<KeyNeed> asked_;
};

TEST_F(AccountSealTest, security_28_the_file_holds_no_hash_and_no_verifier) {
    {
        const auto store = open();
        auto ann = net::run_task(store->add(account("ann"))).value();
        expect_sealed();
        ASSERT_TRUE(net::run_task(store->update(ann)));
        ann = find(*store, "ann").value().value();
        EXPECT_EQ(ann.password_hash(), kHash);
        EXPECT_EQ(ann.password().verifier(sasl::ProofKind::scram_sha256), kVerifier);
        ASSERT_TRUE(net::run_task(store->renew_credentials(ann)));
        expect_sealed();
    }
    expect_sealed();
    EXPECT_EQ(find(*open(), "ann").value()->password().verifier(sasl::ProofKind::scram_sha256),
              kVerifier);
    EXPECT_EQ(asked_, (std::vector{KeyNeed::may_be_made, KeyNeed::must_be_there}));
}

TEST_F(AccountSealTest, ADatabaseOfTheFirstReleaseIsSealedWholeWhenItIsOpened) {
    std::filesystem::create_directory(folder_ / "state");
    std::filesystem::permissions(folder_ / "state", std::filesystem::perms::owner_all);
    run(kFirstRelease);
    run("PRAGMA journal_mode = WAL");
    for (const auto* name : {"ann", "bob"}) {
        run("INSERT INTO account VALUES('" + std::string{name} + "', 1, 1, '" + kHash +
            "', 5, 6, " + (name[0] == 'a' ? "7" : "8") + ")");
    }
    run("INSERT INTO account VALUES('none', 1, 1, '', 5, 6, 9)");
    ASSERT_NE(on_disk().find("$argon2id"), std::string::npos);
    const auto store = open();
    expect_sealed();
    auto ann = find(*store, "ann").value().value();
    EXPECT_EQ(ann.password_hash(), kHash);
    EXPECT_EQ(ann.password().verifier(sasl::ProofKind::scram_sha256), "");
    EXPECT_EQ(ann.revision, 7u) << "nothing changed for anybody";
    EXPECT_EQ(find(*store, "none").value()->password_hash(), "");
    EXPECT_EQ(net::run_task(store->census()).value().at(sasl::ProofKind::scram_sha256),
              (identity::VerifierCount{.without = 2, .by_iterations = {}}));
    EXPECT_EQ(asked_, (std::vector{KeyNeed::may_be_made}));
}

TEST_F(AccountSealTest, WithoutTheKeyOrWithAnotherItIsNotOpenedAndNotTouched) {
    ASSERT_TRUE(net::run_task(open()->add(account("ann"))));
    const auto missing = try_open('\0');
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().detail, path_ + ": no key here");
    EXPECT_EQ(asked_.back(), KeyNeed::must_be_there);
    const auto wrong = try_open('w');
    ASSERT_FALSE(wrong);
    EXPECT_TRUE(wrong.error().detail.contains("sealed with another key")) << wrong.error().detail;
    EXPECT_EQ(find(*open(), "ann").value()->password_hash(), kHash);
}

TEST_F(AccountSealTest, WithoutAKeyAnOldDatabaseIsNotSealedEither) {
    EXPECT_FALSE(try_open('\0'));
    EXPECT_EQ(asked_, (std::vector{KeyNeed::may_be_made}));
    EXPECT_TRUE(try_open('w')) << "the first key there is seals it";
    EXPECT_FALSE(try_open('k'));
}

// Somebody who can write to the file, but does not have the key, gives nobody another's password.
TEST_F(AccountSealTest, security_28_rows_that_were_swapped_moved_or_changed_are_corrupt) {
    const std::string attacks[] = {
        "UPDATE credential SET secret = (SELECT secret FROM credential WHERE account = 'eve')"
        " WHERE account = 'ann'",
        "UPDATE verifier SET secret = (SELECT secret FROM verifier WHERE account = 'eve')"
        " WHERE account = 'ann'",
        "UPDATE credential SET secret = (SELECT secret FROM verifier WHERE account = 'ann')"
        " WHERE account = 'ann'",
        "UPDATE credential SET account = 'old' WHERE account = 'ann';"
        "UPDATE credential SET account = 'ann' WHERE account = 'eve'",
        "UPDATE credential SET id = 'other' WHERE account = 'ann'",
        "UPDATE verifier SET kind = 'SCRAM-SHA-1' WHERE account = 'ann'",
        "DELETE FROM credential WHERE account = 'ann'",
        "UPDATE credential SET policy = '{' WHERE account = 'ann'",
        "UPDATE credential SET policy = '{\"min_tls\":\"1.2\"}' WHERE account = 'ann'",
        "UPDATE credential SET kind = 'app-password' WHERE account = 'ann'",
        "UPDATE credential SET expires = 7 WHERE account = 'ann'",
        "INSERT INTO credential VALUES('ann', 't', 1, 'token', '', 'active', '', 'issuer eve', '',"
        " 1, NULL, NULL)",
        "INSERT INTO credential SELECT account, 't', 1, 'token', '', 'active', secret, 'issuer "
        "eve',"
        " '', 1, NULL, NULL FROM credential WHERE account = 'ann'",
        "UPDATE credential SET secret = '" + kHash + "' WHERE account = 'ann'",
        "UPDATE credential SET secret = 'AAAA' || substr(secret, 5) WHERE account = 'ann'",
        "UPDATE credential SET secret = substr(secret, 1, 60) WHERE account = 'ann'",
    };
    for (const auto& attack : attacks) {
        std::filesystem::remove_all(folder_ / "state");
        {
            const auto store = open();
            ASSERT_TRUE(net::run_task(store->add(account("ann"))));
            ASSERT_TRUE(net::run_task(store->add(account("eve"))));
        }
        run(attack);
        std::string said;
        SqliteOptions options;
        options.report = [&](StoreFault, std::string_view detail) { said = detail; };
        const auto store = try_open('k', options).value();
        const auto found = find(*store, "ann");
        ASSERT_FALSE(found) << attack;
        EXPECT_EQ(found.error(), StoreFault::corrupt);
        EXPECT_TRUE(said.contains("account ann")) << said;
        EXPECT_FALSE(said.contains("$argon2id")) << said;
    }
}

TEST_F(AccountSealTest, WhereNoVerifiersAreKeptThoseThatAreThereAreGone) {
    ASSERT_TRUE(net::run_task(open()->add(account("ann"))));
    {
        SqliteOptions options;
        options.keep_verifiers = false;
        const auto store = try_open('k', options).value();
        EXPECT_EQ(find(*store, "ann").value()->password().verifier(sasl::ProofKind::scram_sha256),
                  "");
        EXPECT_EQ(find(*store, "ann").value()->password_hash(), kHash);
        EXPECT_EQ(net::run_task(store->census())->at(sasl::ProofKind::scram_sha256).without, 1u);
    }
    EXPECT_EQ(find(*open(), "ann").value()->password().verifier(sasl::ProofKind::scram_sha256), "");
}

TEST_F(AccountSealTest, KeysForOtherPurposesAreThoseOfTheDatabase) {
    const auto first = open()->derive_key("one");
    EXPECT_EQ(open()->derive_key("one").reveal(), first.reveal());
    EXPECT_NE(open()->derive_key("two").reveal(), first.reveal());
    EXPECT_NE(first.reveal(), std::string(32, 'k'));
}

// The count is kept until something changes: it is asked for at every EHLO.
TEST_F(AccountSealTest, TheCensusIsAlwaysThatOfTheAccountsAsTheyAre) {
    const auto store = open();
    const auto census = [&] {
        return net::run_task(store->census()).value().at(sasl::ProofKind::scram_sha256);
    };
    EXPECT_EQ(census(), identity::VerifierCount{});
    auto ann = net::run_task(store->add(account("ann"))).value();
    EXPECT_EQ(census(), (identity::VerifierCount{.without = 0, .by_iterations = {{4'096, 1}}}));
    EXPECT_EQ(census(), census());
    ann.password().verifiers.clear();
    ASSERT_TRUE(net::run_task(store->renew_credentials(ann)));
    EXPECT_EQ(census(), (identity::VerifierCount{.without = 1, .by_iterations = {}}));
    ann.enabled = false;
    ASSERT_TRUE(net::run_task(store->update(ann)));
    EXPECT_EQ(census(), identity::VerifierCount{});
    ASSERT_TRUE(net::run_task(store->add(account("bob"))));
    ASSERT_TRUE(net::run_task(store->remove("bob")));
    EXPECT_EQ(census(), identity::VerifierCount{});
}

}  // namespace
}  // namespace signet::store
