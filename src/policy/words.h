// The words of a refusal.  It is read by a person, in one reply line (RFC 5321 §4.5.3.1.5: 512
// octets), so what others wrote is shown in ASCII and cut.
#pragma once

#include "identity/login.h"
#include "mail/address_list.h"
#include "mail/mailbox.h"

#include <string>
#include <string_view>

namespace signet::policy {

std::string shown(std::string_view text, std::size_t limit_octets);
std::string shown(const mail::Mailbox& mailbox);

// "You are signed in as ann", "Your network is trusted as printers".
std::string who(const identity::Login& login);

// "An address in it is not one": what is wrong with a field, without a full stop.
std::string_view what_is_wrong(mail::AddressListFault fault);

}  // namespace signet::policy
