// What the sessions of one listener tell, as metrics.
#pragma once

#include "observe/catalogue.h"
#include "submission/meter.h"

#include <array>

namespace signet::app {

// Finds every series at its making; moving one takes no lock and no memory.  The registry outlives
// it.
class DoorMeter final : public submission::Meter {
public:
    DoorMeter(observe::Registry& registry, std::string_view listener);

    void admitted() override { admitted_.add(); }
    void moved(std::optional<submission::Phase> from, std::optional<submission::Phase> to) override;
    void command(std::string_view verb) override;
    void reply(int code) override;
    void content_answered(int code) override;
    void auth_waits(int by) override { auth_in_flight_.add(by); }
    void handshake(const submission::HandshakeOutcome& outcome) override;

private:
    static constexpr std::size_t kVerbs = 27, kCodes = 600, kVersions = 2, kFailures = 7;

    observe::Counter& admitted_;
    observe::Gauge& auth_in_flight_;
    observe::Histogram& handshake_seconds_;
    std::array<observe::Gauge*, 4> phases_{};  // by Phase
    std::array<observe::Counter*, kVerbs> verbs_{};
    std::array<observe::Counter*, kCodes> codes_{};  // by code; what is not known is `other`
    std::array<observe::Counter*, 3> messages_{};    // accepted, tempfail, rejected
    std::array<observe::Counter*, kVersions> handshakes_{};
    std::array<observe::Counter*, kFailures> failures_{};
};

}  // namespace signet::app
