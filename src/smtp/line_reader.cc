#include "smtp/line_reader.h"

#include "base/invariant.h"
#include "base/secret.h"
#include "base/text.h"

#include <algorithm>

namespace signet::smtp {
namespace {

constexpr std::size_t kEndlessOctets = std::size_t{64} * 1024;
constexpr std::string_view kAuth = "AUTH ", kBdat = "BDAT ";
constexpr char kTlsHandshake = '\x16';  // RFC 8446 §5.1, ContentType

}  // namespace

LineReader::~LineReader() { wipe(buffer_); }

void LineReader::received(std::string_view octets) {
    wipe_read();
    if (at_ == buffer_.size()) {
        buffer_.clear();
        at_ = scanned_ = wiped_ = 0;
    }
    if (buffer_.size() + octets.size() > buffer_.capacity()) {
        // Not left to the string: it would leave half a password in the memory it gives back.
        std::string larger;
        const auto unread_octets = buffer_.size() - at_;
        larger.reserve(std::max(unread_octets + octets.size(), 2 * unread_octets));
        larger.append(buffer_, at_);
        wipe(buffer_);
        buffer_ = std::move(larger);
        scanned_ -= at_;
        at_ = wiped_ = 0;
    }
    buffer_.append(octets);
}

// One more octet of the line; in the order of the octets, so that the way they were cut into
// segments decides nothing.
std::optional<LineReader::Fault> LineReader::look_at(char c) {
    if (c == kTlsHandshake && scanned_ == at_ && !discarding_) return Fault::foreign_protocol;
    if (c == '\0') return Fault::nul;
    if (after_cr_ != (c == '\n')) return Fault::bare_newline;
    after_cr_ = c == '\r';
    return {};
}

std::optional<Result<std::string_view, LineReader::Fault>> LineReader::next_line(Kind kind) {
    wipe_read();
    while (scanned_ < buffer_.size()) {
        const char c = buffer_[scanned_];
        if (const auto fault = look_at(c)) return fail(*fault);
        ++scanned_;
        if (!discarding_ && scanned_ - at_ > limit(kind)) {
            discarding_ = true;
            const bool auth = kind == Kind::auth_response || begins_with(kAuth);
            discarded_as_ = auth                 ? Fault::auth_too_long
                            : begins_with(kBdat) ? Fault::bdat_too_long
                                                 : Fault::too_long;
        }
        if (discarding_ && discarded_ + (scanned_ - at_) > kEndlessOctets) {
            return fail(Fault::endless);
        }
        if (c == '\n') {
            const std::string_view line{buffer_.data() + at_,
                                        scanned_ - at_ - (discarding_ ? 0 : 2)};
            at_ = scanned_;
            if (!std::exchange(discarding_, false)) return line;
            discarded_ = 0;
            return fail(discarded_as_);
        }
    }
    if (discarding_) discard_scanned();
    return {};
}

void LineReader::discard_scanned() {
    discarded_ += scanned_ - at_;
    at_ = scanned_;
    wipe_read();
}

std::size_t LineReader::limit(Kind kind) const {
    const bool auth = kind == Kind::auth_response || begins_with(kAuth);
    return auth ? limits_.auth_octets : limits_.command_octets;
}

bool LineReader::begins_with(std::string_view verb) const {
    return starts_nocase(std::string_view{buffer_}.substr(at_), verb);
}

std::string_view LineReader::unread() const { return std::string_view{buffer_}.substr(at_); }

void LineReader::skip(std::size_t octets) {
    INVARIANT(octets <= buffer_.size() - at_ && scanned_ == at_ && !discarding_,
              "content begins where a line ended");
    at_ += octets;
    scanned_ = at_;
    wiped_ = at_;  // the content of a message is no secret of ours
}

void LineReader::drop() {
    wipe(buffer_);
    at_ = scanned_ = wiped_ = discarded_ = 0;
    discarding_ = after_cr_ = false;
    release();
}

void LineReader::release() {
    if (at_ != buffer_.size()) return;
    wipe_read();
    std::string{}.swap(buffer_);
    at_ = scanned_ = wiped_ = 0;
}

void LineReader::wipe_read() {
    wipe(buffer_.data() + wiped_, at_ - wiped_);
    wiped_ = at_;
}

}  // namespace signet::smtp
