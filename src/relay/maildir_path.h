// Where a recipient's Maildir lies: the administrator's template with names from the network put
// in.
//
// Those names are written so that none can leave its place: everything but a-z 0-9 + - _ = @ . is
// %XX, and so is a dot in front.  No name is then "..", holds a "/" or hides another one, and two
// different names never become the same.
#pragma once

#include "mail/mailbox.h"

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

// {account}: who submitted the message ("MAILER-DAEMON" for a report); {domain} and {local}: of the
// recipient, folded.  Whatever else stands in braces stays as it is.  Without any of the three
// everything is `base`.
MaildirPath expand_maildir(std::string_view path, std::string_view account,
                           const mail::Mailbox& recipient);

// One name of a path, made of anything.
std::string path_name(std::string_view text);

}  // namespace signet::relay
