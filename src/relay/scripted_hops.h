// For tests: connections to next hops that say their lines.
#pragma once

#include "net/scripted_stream.h"
#include "relay/next_hop.h"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace signet::relay {

// Hands out scripted connections, one after the other, and keeps what was said on them.
class ScriptedHops {
public:
    explicit ScriptedHops(ManualClock& clock) : clock_(clock) {}

    std::deque<std::function<void(net::ScriptedStream&)>> scripts{};
    std::optional<net::ConnectFault> fault{};                  // of every host
    std::map<std::string, net::ConnectFault> faults_of{};      // by host, or address
    std::vector<net::ConnectTarget> targets{};                 // in the order they were tried
    std::vector<std::unique_ptr<net::ScriptedStream>> kept{};  // those that were connected to

    Connect connect();

private:
    using Connected = Result<std::unique_ptr<net::Stream>, net::ConnectFault>;
    Task<Connected> open(net::ConnectTarget target);

    ManualClock& clock_;
};

// The answer to EHLO of a server with PIPELINING, SIZE and AUTH PLAIN.
extern const std::string kEhlo;
// A script: takes one message for one recipient.
void take_message(net::ScriptedStream& peer);

}  // namespace signet::relay
