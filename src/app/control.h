// The control socket: who may connect, and what they reach (src/admin).
#pragma once

#include "admin/control_server.h"
#include "app/start_fault.h"
#include "base/result.h"

#include <memory>
#include <string>

namespace signet::app {

// `services` and `io` outlive the server.
Result<std::unique_ptr<admin::ControlServer>, StartFault> open_control_socket(
    net::IoThreads& io, const std::string& path, const admin::Services& services);

}  // namespace signet::app
