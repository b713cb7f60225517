// For tests: the SCRAM of AcceptAll, over the server's machine, with one account.
#pragma once

#include "sasl/mechanism.h"
#include "smtp/reply.h"

#include <memory>
#include <optional>
#include <string>

namespace signet::smtp {

class AcceptScram {
public:
    // Of the TLS connection; empty: it has no binding, and nothing that binds is offered.
    explicit AcceptScram(std::string exporter) : exporter_(std::move(exporter)) {}

    bool binds() const { return !exporter_.empty(); }
    Reply begin(const sasl::Mechanism& mechanism, std::optional<Secret> initial);
    Reply go_on(std::optional<Secret> response);

private:
    sasl::Step check(const sasl::CheckProof& asked);

    std::string exporter_;
    std::unique_ptr<sasl::Exchange> exchange_;
    bool proven_ = false;  // the client has still to take our proof
};

}  // namespace signet::smtp
