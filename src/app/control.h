// The control socket: who may connect, and what they reach (src/admin).
#pragma once

#include "admin/endpoint.h"
#include "app/start_fault.h"
#include "base/result.h"
#include "net/io_threads.h"
#include "net/unix_listener.h"

#include <memory>
#include <string>

namespace signet::app {

// `services` and `io` outlive the listener.
Result<std::unique_ptr<net::UnixListener>, StartFault> open_control_socket(
    net::IoThreads& io, const std::string& path, const admin::Services& services);

}  // namespace signet::app
