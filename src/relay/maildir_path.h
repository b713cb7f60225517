// Where a recipient's Maildir lies: the administrator's template with names from the network put
// in.
//
// Those names are written so that none can leave its place: everything but a-z 0-9 + - _ = @ . is
// %XX, and so is a dot in front.  No name is then "..", holds a "/" or hides another one, and two
// different names never become the same.
#pragma once

#include "mail/mailbox.h"
#include "queue/message.h"

#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace signet::relay {

struct MaildirPath {
    std::string base;                // as the administrator wrote it; symbolic links are followed
    std::vector<std::string> below;  // names under it; a symbolic link there is refused

    std::string text() const;
    auto operator<=>(const MaildirPath&) const = default;
};

// {account}: who submitted the message, as a name of origin_name(); {domain} and {local}: of the
// recipient, folded.  Whatever else stands in braces stays as it is.  Without any of the three
// everything is `base`.
MaildirPath expand_maildir(std::string_view path, std::string_view origin_name,
                           const mail::Mailbox& recipient);

// What stands for {account}: the account or trusted network; "MAILER-DAEMON" for a report of ours,
// "UNPROVEN" for mail of somebody who had not signed in.  No account has a name in capitals.
std::string origin_name(std::string_view account, queue::Origin origin);

// One name of a path, made of anything.
std::string path_name(std::string_view text);

}  // namespace signet::relay
