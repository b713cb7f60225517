// The control socket: who connects, whether it may, and then serve_admin.
#pragma once

#include "admin/endpoint.h"
#include "net/unix_listener.h"

#include <memory>
#include <string>

namespace signet::admin {

class ControlServer {
public:
    // `io` and `services` (and all it refers to) outlive the server and its connections.  Looks up
    // the group signet-admin, which may block: not on an I/O thread.  The fault is a sentence.
    static Result<std::unique_ptr<ControlServer>, std::string> open(net::IoThreads& io,
                                                                    const std::string& path,
                                                                    const Services& services);
    void stop() { listener_->stop(); }

private:
    explicit ControlServer(std::unique_ptr<net::UnixListener> listener)
        : listener_(std::move(listener)) {}
    std::unique_ptr<net::UnixListener> listener_;
};

}  // namespace signet::admin
