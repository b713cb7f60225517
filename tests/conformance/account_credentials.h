// What every identity::AccountStore must do with the credentials of accounts.
#pragma once

#include "conformance/account_store.h"

#include <string>
#include <utility>

namespace signet::conformance {

inline identity::Credential anns_token() {
    using Kind = identity::CredentialKind;
    return {.id = "t1", .kind = Kind::token, .secret = "https://id.example.com ann"};
}

inline identity::Credential printer_of(std::string secret) {
    identity::Credential made{.id = "k7m2qd4x", .kind = identity::CredentialKind::app_password};
    made.label = "printer, 2nd floor; 'x' \"y\"";
    made.secret = std::move(secret);
    made.verifiers = {"CRAM-MD5$00"};
    made.policy.senders = {{"scan", "example.com"}};
    made.policy.recipient_domains = {"*.example.com"};
    made.policy.networks = {*parse_network("192.0.2.0/24")};
    made.policy.mechanisms = {"LOGIN"};
    made.policy.min_tls = "1.3";
    made.policy.limits.messages = Rate{5, std::chrono::seconds{60}};
    made.expires = WallTime{std::chrono::microseconds{77}};
    made.idle_limit = std::chrono::days{30};
    return made;
}

TEST_P(AccountStoreSuite, AnAccountHasManyCredentialsInTheirOrder) {
    auto wanted = account("ann");
    wanted.credentials.push_back(printer_of("digest"));
    auto token = anns_token();
    token.state = identity::CredentialState::revoked;
    wanted.credentials.push_back(token);
    const auto added = net::run_task(store_.add(wanted)).value();
    for (auto& one : wanted.credentials) one.created = bench_->clock.wall();
    EXPECT_TRUE(added.credentials == wanted.credentials);
    expect_same(*find("ann"), added);
    add("bob");
    const auto all = net::run_task(store_.list()).value();
    ASSERT_EQ(all.size(), 2u);
    expect_same(all[0], added);
    EXPECT_EQ(all[1].credentials.size(), 1u);

    auto changed = added;
    std::swap(changed.credentials[1], changed.credentials[2]);
    changed.credentials.erase(changed.credentials.begin());
    changed.groups = {"printers"};
    expect_same(update(changed).value(), *find("ann"));
    EXPECT_EQ(find("ann")->credentials.at(0).id, "t1");
    EXPECT_EQ(find("ann")->credentials.at(1).created, added.created);
    EXPECT_EQ(find("ann")->groups, (std::vector<std::string>{"printers"}));
}

TEST_P(AccountStoreSuite, TheOwnerOfATokenIsFoundByIt) {
    const auto owner = [&](identity::CredentialKind kind, std::string secret) {
        const auto found = net::run_task(store_.owner_of(kind, std::move(secret))).value();
        return found ? found->name : std::string{};
    };
    auto wanted = account("ann");
    const auto token = anns_token();
    wanted.credentials.push_back(token);
    ASSERT_TRUE(net::run_task(store_.add(wanted)));
    EXPECT_EQ(owner(token.kind, token.secret), "ann");
    EXPECT_EQ(owner(identity::CredentialKind::certificate, token.secret), "");
    EXPECT_EQ(owner(token.kind, "https://id.example.com bob"), "");
    auto bob = add("bob");
    bob.credentials.push_back(token);
    EXPECT_EQ(update(bob).error(), StoreFault::conflict) << "it can be one account's only";
    EXPECT_TRUE(remove("ann"));
    EXPECT_EQ(owner(token.kind, token.secret), "");
}

TEST_P(AccountStoreSuite, TheLastUseIsKeptAndNobodySignedInNotices) {
    auto wanted = account("ann");
    wanted.credentials.push_back(printer_of("digest"));
    const auto added = net::run_task(store_.add(wanted)).value();
    const auto generation = store_.generation();
    const identity::LastUse use{bench_->clock.wall(), "192.0.2.7", "LOGIN", "TLSv1.3"};
    const auto note = [&](std::string id, identity::LastUse what) {
        EXPECT_TRUE(net::run_task(store_.used("ann", std::move(id), std::move(what))));
    };
    note("k7m2qd4x", use);
    wait_for_use(use);
    EXPECT_FALSE(find("ann")->credentials.at(0).last_use);
    EXPECT_EQ(find("ann")->revision, added.revision);
    EXPECT_EQ(store_.generation(), generation);
    auto moved = use;
    moved.client = "192.0.2.8";
    note("k7m2qd4x", moved);
    wait_for_use(moved);
    note("none", use);
    EXPECT_TRUE(net::run_task(store_.used("nobody", "password", use)));
    auto changed = *find("ann");
    changed.may_submit = false;
    ASSERT_TRUE(update(changed));
    EXPECT_EQ(find("ann")->credentials.at(1).last_use, moved) << "a change does not forget it";
}

}  // namespace signet::conformance
