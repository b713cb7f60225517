// One message on its way in, by DATA or by the chunks of BDAT: what of the octets is content, where
// it ends, and whether it can be taken.  Holds no octet.  Not safe for concurrent use.
#pragma once

#include "smtp/command.h"
#include "smtp/data_decoder.h"
#include "smtp/sequence.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace signet::smtp {

class Inflow {
public:
    Inflow() = default;
    Inflow(DataDecoder::Framing framing, const ProtocolLimits& limits)
        : limits_(limits), decoder_(framing, limits.bare_lf) {}

    // The octets that follow a BDAT line.  Too big with what came before: they are passed over, and
    // the refusal waits for their end.
    void open_chunk(const Bdat& chunk);
    // The same for a BDAT that may not be said: its octets are never read as anything (RFC 3030
    // §2: "MUST accept and discard the associated message data before sending" the refusal).
    void refuse_chunk(const Bdat& chunk, Refusal refusal);

    struct Taken {
        std::string_view content;  // to be kept; empty when there is none
        std::size_t used = 0;
        enum class State {
            more,
            end,  // the final dot, or the end of the chunk; said again until the next chunk
            fault
        } state = State::more;
    };
    // The next octets.  fault: see refusal(); nothing more may be read.
    Taken take(std::string_view octets);
    // True where the end is due without another octet: behind a chunk of none.
    bool at_end() const { return chunk_ && chunk_->left == 0; }

    // At an end: why the message, or the chunk, is not taken.
    std::optional<Refusal> refusal() const;
    // Behind the last chunk: a line without its end gets one, or no next hop could be told where
    // the data ends.  "" or CRLF; REQUIRES: no refusal().
    std::string_view closing();

    std::uint64_t octets() const { return octets_; }  // of the content so far
    const std::optional<Bdat>& chunk() const { return announced_; }

private:
    struct Chunk {
        std::uint64_t left = 0;
        bool discard = false;
    };
    bool lost() const;
    Taken take_chunk(std::string_view octets);
    Taken take_content(std::string_view octets);

    ProtocolLimits limits_{};
    DataDecoder decoder_;
    std::uint64_t octets_ = 0;
    std::optional<Chunk> chunk_;
    std::optional<Bdat> announced_;
    std::optional<Refusal> refusal_;
};

}  // namespace signet::smtp
