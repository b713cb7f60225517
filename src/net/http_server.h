// Answers small questions over HTTP: one request a connection, one response, the end.
#pragma once

#include "base/ip.h"
#include "http/request_reader.h"
#include "http/response.h"
#include "net/io_threads.h"
#include "net/listener.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace signet::net {

// Gives the answer to a request that was read whole; GET and HEAD alike.
using HttpHandler = std::function<Task<http::Response>(http::Request)>;

struct HttpOptions {
    std::vector<Endpoint> bind;                 // port 0: any free one
    std::vector<IpNetwork> allow;               // who may ask, besides loopback
    std::string hostname;                       // for http::host_is_ours
    unsigned connections = 32;                  // at the same time; one more is answered 503
    std::chrono::milliseconds patience{5'000};  // for the request, and again for the response
    // Each answer, for counters: the path only if it was found.
    std::function<void(const http::Request&, int status)> count = {};
};

// One connection: reads a request, asks the handler, writes, closes.  A method that is neither GET
// nor HEAD is 405, a request that does not come in time 408.
Task<void> serve_http(std::unique_ptr<Stream> stream, const HttpOptions& options,
                      const HttpHandler& handler, const Clock& clock);

class HttpServer {
public:
    // `io` and `clock` outlive it.  The fault is a sentence that names the address.
    static Result<std::unique_ptr<HttpServer>, std::string> open(IoThreads& io, const Clock& clock,
                                                                 HttpOptions options,
                                                                 HttpHandler handler);
    ~HttpServer();  // stops

    const std::vector<Endpoint>& addresses() const { return listener_->addresses(); }
    void stop() { listener_->stop(); }

private:
    struct State;
    HttpServer(std::shared_ptr<State> state, std::unique_ptr<Listener> listener);
    std::shared_ptr<State> state_;  // lives as long as the last connection
    std::unique_ptr<Listener> listener_;
};

}  // namespace signet::net
