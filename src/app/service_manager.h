// Tells whoever runs the server as a service how far it is: the protocol of sd_notify(3), spoken
// without its library.
#pragma once

#include "base/clock.h"
#include "observe/log.h"

#include <chrono>
#include <string>
#include <string_view>

namespace signet::app {

// Safe for concurrent use.  What cannot be said is logged: the server is none the worse for it, but
// its manager may end it for saying nothing.
class ServiceManager {
public:
    // A path, or "@name" for an abstract socket; empty: nobody wants to know.
    ServiceManager(std::string address, observe::Log& log);
    static std::string address_from_environment();  // NOTIFY_SOCKET

    void ready() const;                    // clients are served, with the settings as they stand
    void reloading(SteadyTime now) const;  // ready() follows, however that ends
    void stopping(std::chrono::seconds at_most) const;  // how long it may take

private:
    void say(std::string_view text) const;

    const std::string address_;
    observe::Log& log_;
};

}  // namespace signet::app
