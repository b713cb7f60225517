// Where the lines of the operations log end.
#pragma once

#include <chrono>
#include <string_view>

namespace signet::observe {

// Used by one thread at a time.
class LineSink {
public:
    virtual ~LineSink() = default;
    // Shape: whole lines, each with its "\n".  Blocks for a bounded time.  false: some of it is
    // lost, how much is not known.
    virtual bool write(std::string_view lines) = 0;
};

// A descriptor such as standard error.  It is shared with other programs, so it is never made
// non-blocking: each write waits until the descriptor takes it, and is small enough for a pipe to
// take it whole.
class DescriptorSink final : public LineSink {
public:
    // The descriptor stays open, and the caller's.
    explicit DescriptorSink(int descriptor,
                            std::chrono::milliseconds patience = std::chrono::seconds{5})
        : descriptor_(descriptor), patience_(patience) {}
    bool write(std::string_view lines) override;

private:
    bool write_part(std::string_view part);

    int descriptor_;
    std::chrono::milliseconds patience_;  // for each part of a line
    bool torn_ = false;                   // a part of a line was given up: the next begins anew
};

}  // namespace signet::observe
