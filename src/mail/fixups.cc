#include "mail/fixups.h"

#include "mail/date.h"

namespace signet::mail {

Fixups fix_up(const Header& header, const Mending& mending) {
    Fixups fixups;
    if (!header.find("Date")) fixups.fields += "Date: " + date_time(mending.now) + "\r\n";
    if (mending.author && !header.find("From")) {
        fixups.fields += "From: <" + mending.author->text() + ">\r\n";
    }
    if (const auto there = header.find("Message-ID")) {
        fixups.message_id = there->value();
        return fixups;
    }
    // RFC 5322 §3.6.4: msg-id = [CFWS] "<" id-left "@" id-right ">" [CFWS]
    fixups.message_id += '<';
    fixups.message_id += mending.unique;
    fixups.message_id += '@';
    fixups.message_id += mending.hostname;
    fixups.message_id += '>';
    fixups.fields += "Message-ID: " + fixups.message_id + "\r\n";
    return fixups;
}

}  // namespace signet::mail
