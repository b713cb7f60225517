// One connection to the control socket.
//
//   C: {"method":"account.list"}
//   S: {"item":{"kind":"account",…}}        of a list: any number
//   S: {"done":{"kind":"account_list",…}}   or {"error":{"kind":"not_found","message":"…"}}
//
// Requests come one after another; each is a line of at most 64 KiB and has 10 seconds to arrive.
// An answer has 30 seconds to leave.  At most 10'000 requests in one connection.
#pragma once

#include "admin/endpoint.h"
#include "net/stream.h"

namespace signet::admin {

// actor: who is at the other end.  Returns when the connection ends; closes the stream.
Task<void> serve_admin(net::Stream& stream, const Services& services, audit::Actor actor);

// For somebody who may not steer: one error, then the end.
Task<void> refuse_admin(net::Stream& stream, const Clock& clock);

}  // namespace signet::admin
