// One connection, from greeting to goodbye: the only place where stream, protocol and handlers
// meet.
#pragma once

#include "base/ip.h"
#include "base/task.h"
#include "net/stream.h"
#include "submission/meter.h"
#include "submission/services.h"
#include "submission/session.h"

#include <memory>
#include <string>
#include <vector>

namespace signet::submission {

struct Door {
    std::string listener;  // its name, for the audit trail
    smtp::Role role = smtp::Role::submission;
    Meter* meter = &no_meter();                   // outlives its sessions
    smtp::BareLf bare_lf = smtp::BareLf::reject;  // setting listener.bare_newline
    // Whoever connects from these begins with a PROXY header, and nobody else may.
    std::vector<IpNetwork> proxies = {};
};

// Never throws; every way out is an End, one audit event, and the place in `limits` given back.
Task<End> serve_session(std::unique_ptr<net::Stream> stream, Door door, const Services& services);

}  // namespace signet::submission
