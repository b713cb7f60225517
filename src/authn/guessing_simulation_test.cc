// Whole days of sign-ins and guesses against the real guard, in virtual time: who is let in, who is
// not, and how many passwords a guesser gets looked at.  The counts are printed, for they say more
// than that the test passed.
#include "authn/guarded_store.h"
#include "authn/known_passwords.h"
#include "net/run_task.h"
#include "store/memory_accounts.h"

#include <gtest/gtest.h>

#include <iostream>
#include <string>

namespace signet::authn {
namespace {

using namespace std::chrono_literals;
using identity::Refusal;

struct Counts {
    unsigned tried = 0, let_in = 0, looked_at = 0, turned_away = 0;

    friend std::ostream& operator<<(std::ostream& out, const Counts& counts) {
        return out << counts.tried << " tried, " << counts.let_in << " let in, " << counts.looked_at
                   << " wrong, " << counts.turned_away << " turned away unchecked";
    }
};

class GuessingSimulation : public testing::Test {
protected:
    void hires(std::string name, std::string password) {
        identity::Account account;
        account.name = name;
        ASSERT_TRUE(net::run_task(accounts_.add(account)));
        passwords_.passwords[std::move(name)] = std::move(password);
    }
    void tries(Counts& counts, std::string name, std::string password, std::string client) {
        ++counts.tried;
        count(counts, net::run_task(store_.check({std::move(name), "PLAIN", std::move(client)},
                                                 Secret{std::move(password)}, Deadline::never())));
    }
    void proves(Counts& counts, std::string name, std::string password, std::string client) {
        ++counts.tried;
        identity::Proof proof{{std::move(name), "SCRAM-SHA-256", std::move(client)},
                              sasl::ProofKind::scram_sha256,
                              "",
                              std::move(password)};
        count(counts,
              net::run_task(store_.check_proof(std::move(proof), Deadline::never()))->answer);
    }
    static void count(Counts& counts, const Result<identity::CheckAnswer, StoreFault>& answer) {
        const auto* refused = std::get_if<identity::Refused>(&answer.value());
        if (refused == nullptr) {
            ++counts.let_in;
        } else if (refused->why == Refusal::throttled) {
            ++counts.turned_away;
        } else {
            ++counts.looked_at;
        }
    }
    static void expect_all_let_in(const Counts& counts, std::string_view who) {
        EXPECT_GT(counts.tried, 0u) << who;
        EXPECT_EQ(counts.let_in, counts.tried) << who;
        std::cout << "  " << who << ": " << counts << '\n';
    }

    ManualClock clock_;
    SeededEntropy entropy_{1};
    store::MemoryAccounts accounts_{clock_};
    KnownPasswords passwords_;
    unsigned bans_ = 0;
    Guard guard_{clock_, entropy_, accounts_, [this](const limits::Ban&) { ++bans_; }};
    GuardedStore store_{passwords_, guard_, 2};
};

std::string numbered(std::string_view what, int number) {
    return std::string{what} + std::to_string(number);
}

// Fifty people behind one address.  Ann has changed her password, and her phone has not been told:
// it tries the old one every five minutes, day and night.
TEST_F(GuessingSimulation, security_16_an_office_behind_nat_with_one_stale_phone) {
    constexpr int kPeople = 50, kDays = 7;
    for (int i = 0; i < kPeople; ++i) hires(numbered("person", i), "right");
    hires("ann", "right");
    hires("newcomer", "right");
    const std::string office = "198.51.100.1", home = "203.0.113.77";
    Counts phone, laptop, at_home, colleagues, newcomer;
    for (int minute = 0; minute < kDays * 24 * 60; ++minute, clock_.advance(1min)) {
        const int hour = minute / 60 % 24;
        if (minute % 5 == 0) tries(phone, "ann", "old", office);
        if (minute % 60 == 30) tries(at_home, "ann", "right", home);
        if (hour < 8 || hour >= 18) continue;
        if (minute % 10 == 1) tries(laptop, "ann", "right", office);
        tries(colleagues, numbered("person", minute % kPeople), "right", office);
        if (minute / 60 / 24 == kDays - 1) tries(newcomer, "newcomer", "right", office);
    }
    expect_all_let_in(laptop, "Ann's laptop in the office");
    expect_all_let_in(at_home, "Ann at home");
    expect_all_let_in(colleagues, "her colleagues");
    expect_all_let_in(newcomer, "somebody on his first day");
    std::cout << "  the phone: " << phone << "; bans: " << bans_ << '\n';
    EXPECT_EQ(phone.looked_at, phone.tried);
    EXPECT_EQ(bans_, 0u);
}

// The same with a phone that speaks SCRAM: each of its proofs is another one, so each counts.
TEST_F(GuessingSimulation, a_stale_phone_that_proves) {
    hires("ann", "right");
    hires("bob", "right");
    const std::string office = "198.51.100.1", cafe = "203.0.113.5";
    Counts phone, phone_outside, laptop, bob;
    for (int minute = 0; minute < 24 * 60; ++minute, clock_.advance(1min)) {
        if (minute % 10 == 0) tries(laptop, "ann", "right", office);
        if (minute % 10 == 5) tries(bob, "bob", "right", office);
        if (minute % 10 == 7) tries(bob, "bob", "right", cafe);
        proves(phone, "ann", "old", office);
        proves(phone_outside, "ann", "old", cafe);
    }
    expect_all_let_in(laptop, "Ann's laptop in the office");
    expect_all_let_in(bob, "Bob in the office and in the cafe");
    std::cout << "  the phone in the office: " << phone << '\n';
    std::cout << "  the phone in a cafe where Ann never signed in: " << phone_outside << '\n';
    EXPECT_EQ(phone.turned_away, 0u);
    EXPECT_GT(phone_outside.turned_away, 0u);
}

// Twenty hosts guess at Ann's password, each once in ten seconds, for a day.
TEST_F(GuessingSimulation, security_16_an_attack_on_one_account) {
    hires("ann", "right");
    hires("bob", "right");
    constexpr int kHosts = 20;
    Counts attack, at_home, in_a_hotel, neighbour;
    int guess = 0;
    for (int second = 0; second < 24 * 3'600; second += 10, clock_.advance(10s)) {
        for (int host = 0; host < kHosts; ++host) {
            tries(attack, "ann", numbered("guess ", guess++), numbered("192.0.2.", host));
        }
        if (second % 600 == 0) tries(at_home, "ann", "right", "203.0.113.77");
        if (second % 3'600 == 1'800) {  // each time another one, where nobody knows her
            tries(in_a_hotel, "ann", "right", numbered("198.51.100.", second / 3'600));
        }
        if (second % 600 == 300) tries(neighbour, "bob", "right", "192.0.2.7");
    }
    expect_all_let_in(at_home, "Ann at home");
    expect_all_let_in(in_a_hotel, "Ann in hotels");
    expect_all_let_in(neighbour, "Bob, behind the address of a guesser");
    std::cout << "  the attack: " << attack << "; bans: " << bans_ << '\n';
    EXPECT_EQ(attack.let_in, 0u);
    EXPECT_LE(attack.looked_at, kHosts * 5u * 24 * 4) << "five each quarter of an hour";
}

// Ten hosts, each every ten seconds, try a few common passwords at a thousand names, half of which
// exist.
TEST_F(GuessingSimulation, security_16_a_spray) {
    constexpr int kNames = 1'000, kHosts = 10;
    for (int i = 0; i < kNames; i += 2) hires(numbered("name", i), "right");
    Counts spray, people, neighbours;
    // Some who work behind the address of one of the hosts have signed in there before.
    for (int i = 0; i < 20; i += 2) tries(neighbours, numbered("name", i), "right", "192.0.2.3");
    const std::string common[] = {"Spring2026!", "Summer2026!", "Welcome1"};
    for (int second = 0; second < 24 * 3'600; second += 10, clock_.advance(10s)) {
        for (int host = 0; host < kHosts; ++host) {
            const int step = second / 10 * kHosts + host;
            tries(spray, numbered("name", step % kNames), common[step / kNames % 3],
                  numbered("192.0.2.", host));
        }
        if (second % 60 == 0) {
            tries(people, numbered("name", second / 60 * 2 % kNames), "right",
                  numbered("203.0.113.", second / 60 % 200));
        }
        if (second % 600 == 0) {
            tries(neighbours, numbered("name", second / 600 * 2 % 20), "right", "192.0.2.3");
        }
    }
    expect_all_let_in(people, "people elsewhere");
    expect_all_let_in(neighbours, "people behind the address of a sprayer");
    std::cout << "  the spray: " << spray << "; bans: " << bans_ << '\n';
    EXPECT_EQ(spray.let_in, 0u);
    EXPECT_LE(spray.looked_at, kHosts * 11u * 24) << "ten names an hour, and who is at home there";
}

}  // namespace
}  // namespace signet::authn
