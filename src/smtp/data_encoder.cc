#include "smtp/data_encoder.h"

namespace signet::smtp {

Result<void, BareNewline> DataEncoder::resolve_cr(std::string_view& part, std::string& out) {
    if (!cr_held_ || part.empty()) return {};
    if (part.front() != '\n') return fail(BareNewline{taken_ - 1});
    out += "\r\n";
    part.remove_prefix(1);
    ++taken_;
    cr_held_ = false;
    line_start_ = true;
    return {};
}

Result<void, BareNewline> DataEncoder::encode(std::string_view part, std::string& out) {
    if (const auto resolved = resolve_cr(part, out); !resolved) return resolved;
    while (!part.empty()) {
        // RFC 5321 §4.5.2: a period at the beginning of a line is doubled.
        if (framing_ == Framing::dots && line_start_ && part.front() == '.') out += '.';
        const auto end = part.find('\n');
        const auto cr = part.substr(0, end).find('\r');
        if (end == std::string_view::npos && cr == part.size() - 1) {
            out += part.substr(0, cr);
            taken_ += part.size();
            cr_held_ = true;
            line_start_ = false;
            return {};
        }
        if (cr != std::string_view::npos && cr + 1 != end) return fail(BareNewline{taken_ + cr});
        if (end == std::string_view::npos) {
            out += part;
            taken_ += part.size();
            line_start_ = false;
            return {};
        }
        if (cr == std::string_view::npos) return fail(BareNewline{taken_ + end});
        out += part.substr(0, end + 1);
        part.remove_prefix(end + 1);
        taken_ += end + 1;
        line_start_ = true;
    }
    return {};
}

Result<void, BareNewline> DataEncoder::finish(std::string& out) {
    if (cr_held_) return fail(BareNewline{taken_ - 1});
    if (framing_ == Framing::dots) out += line_start_ ? ".\r\n" : "\r\n.\r\n";
    return {};
}

}  // namespace signet::smtp
