// Listens on a Unix socket, and says who is at the other end.
#pragma once

#include "base/result.h"
#include "net/io_threads.h"
#include "net/stream.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace signet::net {

// Of the process at the other end when it connected, as the kernel says.
struct PeerCredentials {
    int pid = 0;
    unsigned uid = 0, gid = 0;
    std::vector<unsigned> groups;
};

// Runs as a task of the I/O thread; ends with the connection.
using UnixHandler = std::function<Task<void>(std::unique_ptr<Stream>, PeerCredentials)>;

struct UnixListenerOptions {
    std::string path;               // at most 107 octets; its directory exists
    std::optional<unsigned> group;  // of the socket, if this process may set it
    unsigned thread = 0;            // the I/O thread that serves it
    unsigned connections = 64;      // at the same time; more are closed at once
};

class UnixListener {
public:
    // The socket has mode 0660 from the moment it is there.  One that a dead process left is
    // replaced; one that somebody listens on, or a file that is no socket, is not.  The fault is a
    // sentence that names the path.  `io` outlives the listener.
    static Result<std::unique_ptr<UnixListener>, std::string> open(IoThreads& io,
                                                                   UnixListenerOptions options,
                                                                   UnixHandler handler);
    ~UnixListener();  // stops, and removes the socket if it is still this one

    void stop();  // from any thread; a drain of the loops does the same

private:
    struct Impl;
    explicit UnixListener(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace signet::net
