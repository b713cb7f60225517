// The fields that we put in front of a stranger's header: never one more than meant.
#include "check.h"
#include "mail/fixups.h"
#include "mail/header_scanner.h"
#include "mail/trace.h"

#include <cstdint>

using namespace signet;
using namespace signet::mail;

namespace {

std::size_t count_fields(const Header& header) {
    std::size_t fields = 0;
    for (auto field = header.first(); field; field = header.after(*field)) ++fields;
    return fields;
}

Mending mending(std::string_view unique) {
    return {.author = Mailbox{"ann", "example.com"},
            .now = {},
            .unique = unique,
            .hostname = "mail.example.com"};
}

void fix_ups_complete_the_header(std::string_view content) {
    HeaderScanner scanner;
    if (!scanner.feed(content) || !scanner.finish()) return;
    const auto header = scanner.header();
    const auto fixups = fix_up(header, mending("01K"));
    CHECK(count_fields(Header{fixups.fields}) <= 3);
    const auto fixed = fixups.fields + std::string{header.block()};
    CHECK(fix_up(Header{fixed}, mending("02K")).fields.empty());
    CHECK(Header{fixed}.count("Date") >= 1 && Header{fixed}.count("Message-ID") >= 1);
    CHECK(Header{fixed}.count("From") >= 1);
    if (header.count("Date") == 1) CHECK(Header{fixed}.count("Date") == 1);
}

void trace_is_one_field(std::string_view hostile) {
    for (const bool show : {false, true}) {
        const auto field = received_field({.ehlo = hostile,
                                           .client_ip = "2001:db8::1",
                                           .show_client_address = show,
                                           .hostname = "mail.example.com",
                                           .queue_id = "01K"});
        CHECK(count_fields(Header{field}) == 1);
        CHECK(received_count(Header{field}) == 1);
        CHECK(field.ends_with("\r\n") && !field.contains("\n\r\n"));
        for (const char c : field) {
            CHECK((c >= ' ' && c <= '~') || c == '\r' || c == '\n' || c == '\t');
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    fix_ups_complete_the_header(input);
    trace_is_one_field(input);
    return 0;
}
