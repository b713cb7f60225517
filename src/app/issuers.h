// The issuers of the settings, as the check of tokens uses them: each with a client that asks it,
// and no way to ask anybody else.
#pragma once

#include "app/ground.h"
#include "app/start_fault.h"
#include "audit/audit_store.h"
#include "authn/issuer.h"
#include "base/result.h"
#include "settings/snapshot.h"

#include <memory>
#include <string>
#include <string_view>

namespace signet::app {

using IssuersPtr = std::shared_ptr<const authn::Issuers>;

// Reads secrets and authorities; asks nobody.  running: those in force, whose keys go on where the
// issuer is the same.  `ground` and `audit` outlive what is made.
Result<IssuersPtr, StartFault> make_issuers(const settings::Snapshot& settings,
                                            const authn::Issuers& running, Ground& ground,
                                            audit::AuditStore& audit);

// Series of what is counted for each of them stand at 0 from now on.
void prepare_token_metrics(observe::Registry& registry, const authn::Issuers& issuers);
// For authn::TokenCheck.
void count_token(observe::Registry& registry, std::string_view issuer, std::string_view result);

}  // namespace signet::app
