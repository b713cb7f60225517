// Listens on addresses, on every I/O thread at once: each has a socket of its own (SO_REUSEPORT)
// and the kernel spreads the connections.  A connection lives and dies on the thread it came to.
#pragma once

#include "base/result.h"
#include "net/io_threads.h"
#include "net/stream.h"
#include "net/tls_context.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace signet::net {

// Runs as a task of the I/O thread; ends with the connection.
using ConnectionHandler = std::function<Task<void>(std::unique_ptr<Stream>)>;

struct ListenerOptions {
    std::vector<Endpoint> bind;             // port 0: any free one
    std::shared_ptr<const TlsStarter> tls;  // for Stream::start_tls; null: it fails
    int backlog = 1'024;
    // What kept it from accepting ("too many open files"), at most once a second and thread.
    // Called on an I/O thread.
    std::function<void(const std::string&)> warn = {};
};

class Listener {
public:
    // `io` outlives it.  The fault is a sentence for the administrator that names the address.
    // An address on which anybody listens already, another Signet included, is refused.
    static Result<std::unique_ptr<Listener>, std::string> open(IoThreads& io,
                                                               ListenerOptions options,
                                                               ConnectionHandler handler);
    ~Listener();  // stops

    // As bound, with the ports that port 0 became.
    const std::vector<Endpoint>& addresses() const;
    // What has arrived is still handed on, then the sockets are closed.  A drain of the loops does
    // the same.  From any thread.
    void stop();

private:
    struct Impl;
    explicit Listener(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace signet::net
