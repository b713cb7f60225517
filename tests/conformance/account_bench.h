// One store of accounts, with all that it knows of them, to be tested by the suites of this folder.
#pragma once

#include "base/clock.h"
#include "identity/account.h"
#include "identity/familiar_networks.h"
#include "identity/recipient_directory.h"

#include <memory>

namespace signet::conformance {

// Empty when it is made.
class AccountBench {
public:
    virtual ~AccountBench() = default;
    virtual identity::AccountStore& accounts() = 0;
    virtual identity::RecipientDirectory& directory() = 0;
    virtual identity::FamiliarNetworks& networks() = 0;

    ManualClock clock;
};

using MakeAccountBench = std::unique_ptr<AccountBench> (*)();

}  // namespace signet::conformance
