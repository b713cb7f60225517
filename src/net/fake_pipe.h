// For tests: two Streams that are each other's peer, in memory and in virtual time.  Run both ends
// by run_tasks (net/run_task.h).  start_tls meets the other end's start_tls, carries nothing secret
// and fails as the real one does when octets lie in its way.
//
// What read_some gave is freed at the next call, so that the address sanitiser sees who kept it.
#pragma once

#include "net/stream.h"

#include <memory>

namespace signet::net {

struct PipeOptions {
    std::size_t segment = 16'384;   // octets that one read gives, at most
    std::string sni = "mail.test";  // what the client's end asks for
    Endpoint client{"192.0.2.7", 49'152}, server{"192.0.2.1", 587};
};

struct Pipe {
    std::unique_ptr<Stream> client, server;
};

// `clock` outlives both ends; it moves when nothing else can.
Pipe make_pipe(ManualClock& clock, const PipeOptions& options = {});

// For run_tasks: ends of pipes of this thread that wait, and the earliest of them timed out.
std::size_t fake_waits();
bool expire_next_fake_wait();  // false: none has a deadline

}  // namespace signet::net
