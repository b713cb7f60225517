// A line is a command within its shape, or a fault that points into the line.
#include "check.h"
#include "smtp/parse.h"
#include "smtp/xtext.h"

#include <algorithm>
#include <cstdint>

using namespace signet;

namespace {

bool printable(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}
// What a transaction with SMTPUTF8 may hold.
bool readable(std::string_view text) {
    return is_utf8(text) && std::ranges::none_of(text, [](char c) { return c >= 0 && c < ' '; });
}

struct KeepsItsShape {
    void operator()(const smtp::Ehlo& ehlo) const { name(ehlo.domain); }
    void operator()(const smtp::Helo& helo) const { name(helo.domain); }
    void operator()(const smtp::Auth& auth) const {
        CHECK(!auth.mechanism.empty() && auth.mechanism.size() <= 20);
        CHECK(auth.mechanism == upper(auth.mechanism) && printable(auth.mechanism));
    }
    void operator()(const smtp::Mail& mail) const {
        CHECK(readable(mail.sender.text()) && mail.sender.text().size() <= 254);
        CHECK(mail.smtputf8 || printable(mail.sender.text()));
        CHECK(printable(mail.envid) && mail.envid.size() <= mail::kEnvidOctets);
    }
    void operator()(const smtp::Rcpt& rcpt) const {
        CHECK(readable(rcpt.recipient.text()) && !rcpt.recipient.local_part.empty());
        CHECK(rcpt.international || printable(rcpt.recipient.text()));
        CHECK(readable(rcpt.original) && rcpt.original.size() <= mail::kOriginalOctets);
        if (rcpt.original.empty()) return;
        CHECK(smtp::decode_original(smtp::encode_original(rcpt.original)) == rcpt.original);
    }
    void operator()(const smtp::Vrfy& vrfy) const {
        CHECK(!vrfy.what.empty() && readable(vrfy.what));
    }
    void operator()(const auto&) const {}

    static void name(std::string_view domain) {
        CHECK(!domain.empty() && domain.size() <= 255 && printable(domain));
        CHECK(!domain.contains(' '));
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view line{reinterpret_cast<const char*>(data), size};
    const auto verb = smtp::verb_of(line);
    CHECK(!verb.empty() && verb.size() <= 12 && verb == upper(verb));
    if (const auto command = smtp::parse_command(line)) {
        CHECK(verb != "OTHER");
        std::visit(KeepsItsShape{}, *command);
    } else {
        CHECK(command.error().offset <= line.size());
    }
    return 0;
}
