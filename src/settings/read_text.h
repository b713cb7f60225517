// One text of a kind that has a shape: a name, a host, an address.
#pragma once

#include "base/result.h"
#include "settings/described.h"

#include <string>

namespace signet::settings {

// What it is not: "is not a host name", "for example …".
struct TextFault {
    std::string code, what, example;
};

// In the form that is kept: lower case where case means nothing.
// REQUIRES: name, names, host, domains, mailboxes, local_parts, senders, accounts, ldap_urls or
// attributes.
Result<std::string, TextFault> read_text(Type::Kind kind, const std::string& text);

}  // namespace signet::settings
