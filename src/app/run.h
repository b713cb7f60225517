// The server as a program: what `signet serve` and `signet dev` call.
#pragma once

#include <cstdint>
#include <string>

namespace signet::app {

// Exit codes are those of the command line (docs/reference/cli.md).
struct ServeOptions {
    std::string config;
};  // path of signet.toml
// Runs until SIGTERM or SIGINT, then drains.  Problems go to standard error.
// 0: stopped as asked; 1: could not run; 75: a resource is taken (port, spool); 78: bad settings.
int serve(const ServeOptions& options);

struct DevOptions {
    std::string dir = "var/dev";
    std::uint16_t port_base = 1'000;  // on 127.0.0.1: +587, +465, +25; metrics +80
};
// A whole server in one directory: own CA, one account, a Maildir for every message; nothing
// leaves the machine.  Prints how to send.  What exists is kept: a second run changes nothing.
int dev(const DevOptions& options);

}  // namespace signet::app
