// What a header field says of senders and recipients: each mailbox found is one that can be written
// and read again, and nothing shown to people steers their terminal.
#include "check.h"
#include "mail/address_list.h"

#include <algorithm>
#include <cstdint>

using namespace signet;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    const auto list = mail::parse_address_list(input);
    if (!list) {
        CHECK(!mail::name(list.error()).empty());
        return 0;
    }
    std::string again;
    for (const auto& one : *list) {
        CHECK(mail::parse_mailbox(one.mailbox.text()) == one.mailbox);
        CHECK(is_utf8(one.display_name));
        CHECK(std::ranges::none_of(one.display_name, [](char c) { return c >= 0 && c < ' '; }));
        again += (again.empty() ? "<" : ",<") + one.mailbox.text() + ">";
    }
    const auto read = mail::parse_address_list(again);
    CHECK(again.size() > 200'000 || (read && read->size() == list->size()));
    for (std::size_t i = 0; read && i < read->size(); ++i) {
        CHECK((*read)[i].mailbox == (*list)[i].mailbox && !(*read)[i].disputed);
    }
    return 0;
}
