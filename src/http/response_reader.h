// One HTTP/1.1 response (RFC 9112 §4, §6, §7), read as it comes.
//
// Strict where two readers might disagree on where it ends: CRLF only, no folded field, one length
// and no second one; a body that only the end of the connection would end is refused, since nobody
// can tell it from one that was cut off.  Interim responses (1xx) are passed over; trailers are
// read and dropped.  Not safe for concurrent use.
#pragma once

#include "base/result.h"
#include "base/secret.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace signet::http {

struct ResponseField {
    std::string name;   // in lower case
    std::string value;  // without blanks around it
};

// What a server answered us; http::Response is what we answer.
struct Received {
    int status = 0;  // 200 … 599
    std::vector<ResponseField> fields = {};
    Secret body = {};  // a token may be in it
    bool keeps_open = true;

    // The value of the first field of that name (in lower case); empty: there is none.
    std::string_view field(std::string_view name) const;
};

enum class ResponseFault {
    malformed,
    version,         // not HTTP/1.1
    head_too_large,  // beyond ResponseLimits
    body_too_large,
    lengths,  // two of them, or one that is no number, or Transfer-Encoding beside one
    unended,  // no length: only the end of the connection would end it
    encoded,  // in a transfer or content encoding that nobody asked for
};
// "says nothing of how long it is": behind "the answer ".
std::string_view words(ResponseFault fault);

struct ResponseLimits {
    std::size_t head_octets = 16'384;  // of all heads and trailers together
    std::size_t fields = 128;          // the same
    std::size_t body_octets = 1'048'576;
};

class ResponseReader {
public:
    // to_head: the request was HEAD, whose answer has no body (RFC 9110 §9.3.2).
    explicit ResponseReader(ResponseLimits limits = {}, bool to_head = false);
    ResponseReader(const ResponseReader&) = delete;
    ResponseReader& operator=(const ResponseReader&) = delete;
    ~ResponseReader();

    // true: it is whole, take() it.  What comes behind it is dropped, and is a reason not to use
    // the connection again: keeps_open is false then.  After a fault every call gives it again.
    Result<bool, ResponseFault> feed(std::string_view octets);
    bool begun() const { return begun_; }  // an octet has come
    Received take();                       // REQUIRES: feed() said true

private:
    enum class At {
        head,
        sized,       // inside a body of remaining_ octets
        chunk_size,  // before a line that says how long the next chunk is
        chunk,       // inside one, of remaining_ octets
        chunk_end,   // before the CRLF behind one
        trailers,
        done,
    };
    Result<bool, ResponseFault> step(std::string_view& octets);
    Result<bool, ResponseFault> take_line(std::string_view& octets);
    Result<void, ResponseFault> on_line();
    Result<void, ResponseFault> on_head_line();
    Result<void, ResponseFault> on_head_end();
    Result<void, ResponseFault> on_chunk_size();
    Result<void, ResponseFault> take_field(std::string_view line);
    void take_body(std::string_view& octets);
    void append(std::string_view octets);

    struct Framing {
        bool chunked = false;
        bool sized = false;
        std::uint64_t octets = 0;
    };
    ResponseLimits limits_;
    bool to_head_;
    bool begun_ = false;
    At at_ = At::head;
    std::string line_;
    std::size_t head_octets_ = 0, fields_ = 0;
    std::uint64_t remaining_ = 0;
    Framing framing_;
    std::string body_;
    Received received_;
    Result<bool, ResponseFault> state_ = false;
};

}  // namespace signet::http
