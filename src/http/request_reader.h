// The head of one HTTP/1.1 request (RFC 9112 §2, §3, §5), read as it comes.
//
//   message-head = method SP request-target SP HTTP-version CRLF *( field-line CRLF ) CRLF
//
// Strict where two readers might disagree: CRLF only, no folded field, no space before a colon, one
// Host.  A request with a body is refused, and what comes behind the head is never looked at.
// Not safe for concurrent use.
#pragma once

#include "base/result.h"

#include <string>
#include <string_view>

namespace signet::http {

struct Request {
    std::string method;  // a token, as sent: methods are case-sensitive (RFC 9110 §9.1)
    std::string path;    // begins with "/"; percent-encoding is left as it is
    std::string query;   // behind "?"; empty: none
    std::string host;    // of the Host field, or of an absolute target; without a port
    std::string accept;  // the Accept fields, joined by ","
};

enum class Fault {
    malformed,    // 400
    too_large,    // 431: beyond RequestLimits
    has_body,     // 413
    old_version,  // 505: neither HTTP/1.0 nor HTTP/1.1
};
int status_of(Fault fault);

struct RequestLimits {
    std::size_t head_octets = 8'192;
    std::size_t fields = 64;
};

class RequestReader {
public:
    explicit RequestReader(RequestLimits limits = {}) : limits_(limits) {}

    // true: the head is whole, take() it.  Octets behind the head are dropped.
    // After a fault every call gives it again.
    Result<bool, Fault> feed(std::string_view octets);
    Request take() { return std::move(request_); }  // REQUIRES: feed() said true

private:
    Result<void, Fault> read_head(std::string_view head);
    RequestLimits limits_;
    std::string head_;
    Request request_;
    Result<bool, Fault> state_ = false;
};

// Whether a request for this host is meant for us.  A page of a stranger may give its own name our
// address (DNS rebinding) and read what we answer; it cannot make the browser ask for another name.
// So: an IP address, `localhost`, `hostname`, or a name without a dot, which no stranger owns.
// No Host at all (HTTP/1.0) is not a browser's.
bool host_is_ours(std::string_view host, std::string_view hostname);

}  // namespace signet::http
