#include "observe/line_sink.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <string>

namespace signet::observe {
namespace {

// The end of the last whole line that fits, or of all that fits if none does.
std::size_t fitting(std::string_view lines) {
    if (lines.size() <= PIPE_BUF) return lines.size();
    const auto end = lines.rfind('\n', PIPE_BUF - 1);
    return end == std::string_view::npos ? PIPE_BUF : end + 1;
}

}  // namespace

bool DescriptorSink::write(std::string_view lines) {
    if (torn_ && !write_part("\n")) return false;
    torn_ = false;
    while (!lines.empty()) {
        const auto part = lines.substr(0, fitting(lines));
        if (!write_part(part)) return false;
        lines.remove_prefix(part.size());
    }
    return true;
}

bool DescriptorSink::write_part(std::string_view part) {
    const auto whole = part.size();
    while (!part.empty()) {
        pollfd ready{descriptor_, POLLOUT, 0};
        const int found = poll(&ready, 1, static_cast<int>(patience_.count()));
        if (found < 0 && errno == EINTR) continue;
        ssize_t taken = -1;
        if (found > 0) taken = ::write(descriptor_, part.data(), part.size());
        if (found > 0 && taken < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (taken <= 0) {
            torn_ = torn_ || part.size() < whole;
            return false;
        }
        part.remove_prefix(static_cast<std::size_t>(taken));
    }
    return true;
}

}  // namespace signet::observe
