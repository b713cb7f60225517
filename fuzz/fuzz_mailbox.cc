// Whatever is taken for an address can be written and read again, and stays within its shape.
#include "check.h"
#include "mail/mailbox.h"

#include <algorithm>
#include <cstdint>

using namespace signet;

namespace {

void keeps_its_shape(const mail::Mailbox& mailbox) {
    const auto printable = [](char c) { return (c >= ' ' && c <= '~') || c < 0; };
    CHECK(!mailbox.local_part.empty() && mailbox.local_part.size() <= 64);
    CHECK(mailbox.domain.size() <= 255 && mailbox.domain == lower(mailbox.domain));
    CHECK(std::ranges::all_of(mailbox.text(), printable) && is_utf8(mailbox.text()));
    CHECK(mail::is_ascii(mailbox.domain));
    CHECK(mailbox.text().size() <= 254);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    if (const auto mailbox = mail::parse_mailbox(input)) {
        keeps_its_shape(*mailbox);
        CHECK(!mailbox->domain.empty());
        CHECK(mail::parse_mailbox(mailbox->text()) == mailbox);
        const auto folded = mailbox->folded();
        CHECK(folded.folded() == folded);
        // Lower case can make UTF-8 longer, and so too long.
        const bool fits = folded.local_part.size() <= mailbox->local_part.size();
        CHECK(!fits || mail::parse_mailbox(folded.text()) == folded);
    }
    Cursor forward{input};
    if (const auto path = mail::parse_forward_path(forward)) {
        keeps_its_shape(*path);
        const auto text = "<" + path->text() + ">";
        Cursor again{text};
        CHECK(mail::parse_forward_path(again) == path && again.at_end());
    } else {
        CHECK(forward.offset() == 0);
    }
    Cursor reverse{input};
    if (const auto path = mail::parse_reverse_path(reverse)) {
        if (path->mailbox) keeps_its_shape(*path->mailbox);
        const auto text = "<" + path->text() + ">";
        Cursor again{text};
        CHECK(mail::parse_reverse_path(again) == path && again.at_end());
    } else {
        CHECK(reverse.offset() == 0);
    }
    return 0;
}
