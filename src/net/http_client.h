// Asks a server over HTTPS: an identity provider, a credential service.
//
// What may go wrong out there is expected: an address that leads inside (CWE-918), a redirect, an
// answer without an end.  Each is a value with a sentence, and none of them holds anybody up beyond
// the deadline.
#pragma once

#include "base/clock.h"
#include "base/deadline.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/task.h"
#include "http/request_text.h"
#include "http/response_reader.h"
#include "http/url.h"
#include "net/connect.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace signet::net {

struct HttpRequest {
    std::string method = "GET";
    std::string url;
    std::vector<http::RequestField> fields = {};  // Accept, Authorization, Content-Type …
    std::optional<Secret> body = {};
    std::size_t most_octets = 1'048'576;  // of the answer's body
    // Whether it may reach the server twice, when a connection that was kept open breaks under it.
    // A question may; to redeem a token may not, and gets a connection of its own.
    bool repeatable = true;
};

// status is any but a redirect's; fields and body as they came.
using HttpResponse = http::Received;

struct HttpFault {
    enum class Kind {
        bad_url,      // http/url.h; or in the clear, where that is not allowed
        bad_request,  // a method or field that cannot be sent
        name,         // the host is not known, or could not be looked up now
        inside,       // it is at addresses of private networks alone
        connect,      // nobody answers there
        tls,          // the handshake failed: its certificate, most of the time
        timed_out,
        lost,        // the connection ended before the answer did
        bad_answer,  // http/response_reader.h
        redirected,  // to another address; nobody follows
        busy,        // more questions are open than HttpClientOptions allows
        cancelled,   // the server drains
    };
    Kind kind = Kind::connect;
    std::string text;  // a sentence without a full stop; nothing secret
};

// net::connect, or a test's.
using HttpConnect =
    std::function<Task<Result<std::unique_ptr<Stream>, ConnectFault>>(ConnectTarget, Deadline)>;

struct HttpClientOptions {
    // Verifies; with a client certificate, if there is one.  Null: only http:// can be asked.
    std::shared_ptr<const TlsClientContext> tls = {};
    bool plain_http = false;                // http:// may be asked, too
    bool private_addresses = false;         // this machine and private networks may be asked, too
    unsigned connections = 64;              // open questions; one more is `busy`
    unsigned kept = 8;                      // connections that wait for another question
    std::chrono::milliseconds idle{4'000};  // how long; less than the five seconds of most servers
};

// Safe for concurrent use, from any I/O thread; a connection stays on the thread that made it.
class HttpClient {
public:
    explicit HttpClient(HttpClientOptions options, HttpConnect connect = net::connect);
    ~HttpClient();  // questions may still be open, and end as they would have

    Task<Result<HttpResponse, HttpFault>> fetch(HttpRequest request, Deadline deadline);

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace signet::net
