// Content on its way out by BDAT (RFC 3030 §2): all of it in one chunk, whose length is said first.
//
// The last part is held back until it is known to be the last: a chunk that is shorter than it said
// was not taken over, and one that is as long as it said was, however the content should have gone
// on.
#pragma once

#include "smtp/data_encoder.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace signet::smtp {

// Why content cannot be sent to its end.
struct ContentFault {
    enum class Kind {
        bare_newline,
        wrong_length  // it is not as long as was said
    } kind = Kind::bare_newline;
    std::uint64_t offset = 0;  // of the bare CR or LF, in the content
};

// Not safe for concurrent use.
class ChunkEncoder {
public:
    explicit ChunkEncoder(std::uint64_t octets) : said_(octets) {}

    // What to send for the next part; an empty part is the end.  May be nothing, but never is at
    // the end.  On a fault the chunk is not complete and must stay so: the connection is closed.
    Result<std::string, ContentFault> take(std::string_view part);

private:
    std::uint64_t said_, taken_ = 0;
    DataEncoder newlines_{Framing::counted};
    std::string held_;
    bool begun_ = false;
};

}  // namespace signet::smtp
