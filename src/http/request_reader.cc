#include "http/request_reader.h"

#include "base/ip.h"
#include "base/text.h"
#include "http/grammar.h"

#include <optional>
#include <utility>

namespace signet::http {
namespace {

constexpr std::string_view kHeadEnd = "\r\n\r\n";

std::string_view take_line(std::string_view& head) {
    const auto line = head.substr(0, head.find(kLineEnd));
    head.remove_prefix(std::min(head.size(), line.size() + kLineEnd.size()));
    return line;
}

// uri-host [ ":" port ]: the host, in lower case, brackets removed.  nullopt: it is none.
std::optional<std::string> host_of(std::string_view authority) {
    for (const char c : authority) {
        if (!is_visible(c) || std::string_view{"/?#@\\"}.contains(c)) return {};
    }
    if (authority.starts_with('[')) {
        const auto end = authority.find(']');
        if (end == std::string_view::npos) return {};
        const auto rest = authority.substr(end + 1);
        if (!rest.empty() && !rest.starts_with(':')) return {};
        return lower(authority.substr(1, end - 1));
    }
    const auto colon = authority.find(':');
    if (colon != std::string_view::npos) {
        const auto port = authority.substr(colon + 1);
        if (port.find_first_not_of("0123456789") != std::string_view::npos) return {};
    }
    return lower(authority.substr(0, colon));
}

// RFC 9112 §3.2: origin-form, or the absolute-form that a proxy would get.  The host of the latter
// counts, not that of the field (§3.2.2).
bool read_target(std::string_view target, Request& request, bool& absolute) {
    for (const char c : target) {
        if (!is_visible(c) || c == '#') return false;
    }
    absolute = starts_nocase(target, "http://");
    if (absolute) {
        target.remove_prefix(7);
        const auto end = std::min(target.find_first_of("/?"), target.size());
        auto host = host_of(target.substr(0, end));
        if (!host || host->empty()) return false;
        request.host = std::move(*host);
        target.remove_prefix(end);
    }
    if (!absolute && !target.starts_with('/')) return false;
    const auto question = target.find('?');
    request.path = target.substr(0, question);
    if (request.path.empty()) request.path = "/";
    if (question != std::string_view::npos) request.query = target.substr(question + 1);
    return true;
}

// What of the fields decides anything here.
struct Fields {
    std::optional<std::string> host;
    std::string accept;
    bool body = false;
};

std::optional<Fault> take_field(std::string_view line, Fields& fields) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return Fault::malformed;
    const auto name = line.substr(0, colon);
    const auto value = trim(line.substr(colon + 1));
    // A line that begins with a blank is a folded one, or a name with a blank: §5.1, §5.2.
    if (!is_token(name) || !is_field_value(value)) return Fault::malformed;
    if (equal_nocase(name, "Host")) {
        auto host = host_of(value);
        if (fields.host || !host) return Fault::malformed;  // §3.2: exactly one
        fields.host = std::move(*host);
    } else if (equal_nocase(name, "Content-Length")) {
        const auto octets = parse_unsigned(value);
        if (!octets) return Fault::malformed;
        fields.body |= *octets > 0;
    } else if (equal_nocase(name, "Transfer-Encoding")) {
        fields.body = true;
    } else if (equal_nocase(name, "Accept")) {
        fields.accept.append(fields.accept.empty() ? "" : ",").append(value);
    }
    return {};
}

}  // namespace

int status_of(Fault fault) {
    switch (fault) {
    case Fault::malformed: return 400;
    case Fault::too_large: return 431;
    case Fault::has_body: return 413;
    case Fault::old_version: return 505;
    }
    std::unreachable();
}

Result<bool, Fault> RequestReader::feed(std::string_view octets) {
    if (!state_ || *state_) return state_;
    // The end may lie across two pieces; nothing is looked at twice but these three octets.
    const auto from = head_.size() < 3 ? 0 : head_.size() - 3;
    head_ += octets.substr(0, limits_.head_octets + 1 - head_.size());
    const auto end = head_.find(kHeadEnd, from);
    if (end == std::string::npos) {
        if (head_.size() > limits_.head_octets) state_ = fail(Fault::too_large);
        return state_;
    }
    head_.resize(end + kLineEnd.size());
    const auto read = read_head(head_);
    head_.clear();
    state_ = read ? Result<bool, Fault>{true} : fail(read.error());
    return state_;
}

Result<void, Fault> RequestReader::read_head(std::string_view head) {
    const auto line = take_line(head);
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return fail(Fault::malformed);
    const auto version = line.substr(last + 1);
    request_.method = line.substr(0, first);
    bool absolute = false;
    if (!is_token(request_.method) ||
        !read_target(line.substr(first + 1, last - first - 1), request_, absolute)) {
        return fail(Fault::malformed);
    }
    const bool is_1_1 = version == "HTTP/1.1";
    if (!is_1_1 && version != "HTTP/1.0") {
        return fail(version.starts_with("HTTP/") ? Fault::old_version : Fault::malformed);
    }
    Fields fields;
    for (std::size_t count = 0; !head.empty(); ++count) {
        if (count == limits_.fields) return fail(Fault::too_large);
        if (const auto fault = take_field(take_line(head), fields)) return fail(*fault);
    }
    if (is_1_1 && !fields.host) return fail(Fault::malformed);
    if (fields.body) return fail(Fault::has_body);
    if (!absolute && fields.host) request_.host = std::move(*fields.host);
    request_.accept = std::move(fields.accept);
    return {};
}

bool host_is_ours(std::string_view host, std::string_view hostname) {
    if (host.ends_with('.')) host.remove_suffix(1);
    return host.empty() || !host.contains('.') || parse_ip(host) || equal_nocase(host, hostname);
}

}  // namespace signet::http
