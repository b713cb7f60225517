#include "submission/meter.h"

#include "base/text.h"

namespace signet::submission {

Meter& no_meter() {
    static Meter none;
    return none;
}

void count_replies(std::string_view output, Meter& meter) {
    while (!output.empty()) {
        const auto end = output.find("\r\n");
        const auto line = output.substr(0, end);
        const auto code = parse_unsigned(line.substr(0, 3));
        const bool last = line.size() < 4 || line[3] != '-';
        if (code && last) meter.reply(static_cast<int>(*code));
        output.remove_prefix(end == std::string_view::npos ? output.size() : end + 2);
    }
}

namespace {

struct VerbOf {
    std::string_view operator()(const smtp::Ehlo&) const { return "EHLO"; }
    std::string_view operator()(const smtp::Helo&) const { return "HELO"; }
    std::string_view operator()(const smtp::StartTls&) const { return "STARTTLS"; }
    std::string_view operator()(const smtp::Auth&) const { return "AUTH"; }
    std::string_view operator()(const smtp::Mail&) const { return "MAIL"; }
    std::string_view operator()(const smtp::Rcpt&) const { return "RCPT"; }
    std::string_view operator()(const smtp::Data&) const { return "DATA"; }
    std::string_view operator()(const smtp::Bdat&) const { return "BDAT"; }
    std::string_view operator()(const smtp::Rset&) const { return "RSET"; }
    std::string_view operator()(const smtp::Noop&) const { return "NOOP"; }
    std::string_view operator()(const smtp::Vrfy&) const { return "VRFY"; }
    std::string_view operator()(const smtp::Help&) const { return "HELP"; }
    std::string_view operator()(const smtp::Quit&) const { return "QUIT"; }
    std::string_view operator()(const smtp::Refused& refused) const { return refused.verb; }
    // No commands; each is named, so that a new event must say what it is.
    std::string_view operator()(const smtp::NeedInput&) const { return {}; }
    std::string_view operator()(const smtp::Closed&) const { return {}; }
    std::string_view operator()(const smtp::AuthResponse&) const { return {}; }
    std::string_view operator()(const smtp::Content&) const { return {}; }
    std::string_view operator()(const smtp::ContentEnd&) const { return {}; }
    std::string_view operator()(const smtp::ChunkEnd&) const { return {}; }
};

}  // namespace

std::string_view verb_of(const smtp::Event& event) { return std::visit(VerbOf{}, event); }

}  // namespace signet::submission
