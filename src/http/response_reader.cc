#include "http/response_reader.h"

#include "base/text.h"
#include "http/grammar.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace signet::http {
namespace {

using Fault = ResponseFault;

constexpr std::size_t kChunkDigits = 8, kChunkLine = 256;

// RFC 9112 §4: status-line = HTTP-version SP status-code SP [ reason-phrase ].  The second blank is
// missing where the phrase is, with some.
Result<int, Fault> read_status(std::string_view line) {
    constexpr std::string_view kVersion = "HTTP/1.1 ";
    if (!line.starts_with(kVersion)) {
        return fail(line.starts_with("HTTP/") ? Fault::version : Fault::malformed);
    }
    line.remove_prefix(kVersion.size());
    const auto digits = line.substr(0, 3);
    const auto status = parse_unsigned(digits);
    if (digits.size() != 3 || !status || *status < 100 || *status > 599) {
        return fail(Fault::malformed);
    }
    const auto rest = line.substr(3);
    if ((!rest.empty() && !rest.starts_with(' ')) || !is_field_value(rest)) {
        return fail(Fault::malformed);
    }
    return static_cast<int>(*status);
}

bool has_word(std::string_view list, std::string_view word) {
    return std::ranges::any_of(split(list, ','),
                               [&](auto one) { return equal_nocase(trim(one), word); });
}

// chunk = chunk-size [ chunk-ext ] CRLF (RFC 9112 §7.1); an extension is passed over.
std::optional<std::uint64_t> read_chunk_size(std::string_view line) {
    const auto digits = line.substr(0, line.find_first_of("; \t"));
    const auto rest = trim(line.substr(digits.size()));
    if (!rest.empty() && !rest.starts_with(';')) return {};
    if (digits.empty() || digits.size() > kChunkDigits || !is_field_value(rest)) return {};
    const auto octets =
        unhex(digits.size() % 2 == 0 ? std::string{digits} : "0" + std::string{digits});
    if (!octets) return {};
    std::uint64_t size = 0;
    for (const char octet : *octets) size = size << 8 | static_cast<unsigned char>(octet);
    return size;
}

// RFC 9110 §6.4.1
bool is_bodiless(int status) { return status < 200 || status == 204 || status == 304; }

}  // namespace

std::string_view Received::field(std::string_view name) const {
    const auto found = std::ranges::find(fields, name, &ResponseField::name);
    return found == fields.end() ? std::string_view{} : found->value;
}

std::string_view words(ResponseFault fault) {
    switch (fault) {
    case Fault::malformed: return "is not HTTP";
    case Fault::version: return "is in another version of HTTP than 1.1";
    case Fault::head_too_large: return "has a larger head than is read";
    case Fault::body_too_large: return "is larger than is read";
    case Fault::lengths: return "contradicts itself on how long it is";
    case Fault::unended: return "says nothing of how long it is";
    case Fault::encoded: return "is in an encoding that was not asked for";
    }
    std::unreachable();
}

ResponseReader::ResponseReader(ResponseLimits limits, bool to_head)
    : limits_(limits), to_head_(to_head) {}

ResponseReader::~ResponseReader() {
    wipe(body_);
    wipe(line_);
}

Result<bool, Fault> ResponseReader::feed(std::string_view octets) {
    begun_ |= !octets.empty();
    while (state_ && at_ != At::done && !octets.empty()) {
        if (const auto went = step(octets); !went) state_ = went;
    }
    if (!state_ || at_ != At::done) return state_;
    if (!octets.empty()) received_.keeps_open = false;
    state_ = true;
    return state_;
}

Received ResponseReader::take() {
    received_.body = Secret{std::move(body_)};
    return std::move(received_);
}

Result<bool, Fault> ResponseReader::step(std::string_view& octets) {
    if (at_ == At::sized || at_ == At::chunk) {
        take_body(octets);
        return false;
    }
    const auto whole = take_line(octets);
    if (!whole || !*whole) return whole;
    const auto took = on_line();
    line_.clear();
    if (!took) return fail(took.error());
    return false;
}

// true: line_ is a line, without its CRLF.
Result<bool, Fault> ResponseReader::take_line(std::string_view& octets) {
    const auto end = octets.find('\n');
    const auto piece = octets.substr(0, end == std::string_view::npos ? end : end + 1);
    octets.remove_prefix(piece.size());
    line_ += piece;
    if (at_ == At::chunk_size || at_ == At::chunk_end) {
        if (line_.size() > kChunkLine) return fail(Fault::malformed);
    } else {
        head_octets_ += piece.size();
        if (head_octets_ > limits_.head_octets) return fail(Fault::head_too_large);
    }
    if (end == std::string_view::npos) return false;
    if (!line_.ends_with(kLineEnd)) return fail(Fault::malformed);
    line_.resize(line_.size() - kLineEnd.size());
    return true;
}

Result<void, Fault> ResponseReader::on_line() {
    switch (at_) {
    case At::head: return on_head_line();
    case At::chunk_size: return on_chunk_size();
    case At::chunk_end:
        if (!line_.empty()) return fail(Fault::malformed);
        at_ = At::chunk_size;
        return {};
    case At::trailers:
        if (line_.empty()) {
            at_ = At::done;
        } else if (++fields_ > limits_.fields) {
            return fail(Fault::head_too_large);
        }
        return {};
    case At::sized:
    case At::chunk:
    case At::done: break;
    }
    std::unreachable();
}

Result<void, Fault> ResponseReader::on_head_line() {
    if (received_.status == 0) {
        const auto status = read_status(line_);
        if (!status) return fail(status.error());
        received_.status = *status;
        return {};
    }
    return line_.empty() ? on_head_end() : take_field(line_);
}

Result<void, Fault> ResponseReader::take_field(std::string_view line) {
    if (++fields_ > limits_.fields) return fail(Fault::head_too_large);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return fail(Fault::malformed);
    const auto name = line.substr(0, colon);
    const auto value = trim(line.substr(colon + 1));
    // A line that begins with a blank is a folded one, or a name with a blank: RFC 9112 §5.1, §5.2.
    if (!is_token(name) || !is_field_value(value)) return fail(Fault::malformed);
    if (equal_nocase(name, "Content-Length")) {
        const auto octets = parse_unsigned(value);
        if (!octets || framing_.sized || framing_.chunked) return fail(Fault::lengths);
        framing_.sized = true;
        framing_.octets = *octets;
    } else if (equal_nocase(name, "Transfer-Encoding")) {
        if (framing_.sized || framing_.chunked) return fail(Fault::lengths);
        if (!equal_nocase(value, "chunked")) return fail(Fault::encoded);
        framing_.chunked = true;
    } else if (equal_nocase(name, "Content-Encoding")) {
        if (!equal_nocase(value, "identity")) return fail(Fault::encoded);
    } else if (equal_nocase(name, "Connection")) {
        if (has_word(value, "close")) received_.keeps_open = false;
    }
    received_.fields.push_back({lower(name), std::string{value}});
    return {};
}

// RFC 9112 §6.3
Result<void, Fault> ResponseReader::on_head_end() {
    const int status = received_.status;
    if (status == 101) return fail(Fault::malformed);  // nobody asked to speak something else
    if (status < 200) {
        received_ = {};
        framing_ = {};
        return {};
    }
    if (to_head_ || is_bodiless(status)) {
        at_ = At::done;
    } else if (framing_.chunked) {
        at_ = At::chunk_size;
    } else if (!framing_.sized) {
        return fail(Fault::unended);
    } else if (framing_.octets > limits_.body_octets) {
        return fail(Fault::body_too_large);
    } else {
        remaining_ = framing_.octets;
        at_ = remaining_ == 0 ? At::done : At::sized;
    }
    return {};
}

Result<void, Fault> ResponseReader::on_chunk_size() {
    const auto size = read_chunk_size(line_);
    if (!size) return fail(Fault::malformed);
    if (*size > limits_.body_octets - body_.size()) return fail(Fault::body_too_large);
    remaining_ = *size;
    at_ = remaining_ == 0 ? At::trailers : At::chunk;
    return {};
}

void ResponseReader::take_body(std::string_view& octets) {
    const auto piece = octets.substr(0, remaining_);
    append(piece);
    octets.remove_prefix(piece.size());
    remaining_ -= piece.size();
    if (remaining_ == 0) at_ = at_ == At::sized ? At::done : At::chunk_end;
}

// A string that grows leaves its old octets behind.
void ResponseReader::append(std::string_view octets) {
    const auto size = body_.size() + octets.size();
    if (size > body_.capacity()) {
        std::string larger;
        larger.reserve(std::min(limits_.body_octets, std::max(size, 2 * body_.capacity())));
        larger += body_;
        wipe(body_);
        body_ = std::move(larger);
    }
    body_ += octets;
}

}  // namespace signet::http
