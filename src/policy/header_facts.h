// Who a message says it is from, read once, when its header is complete.
#pragma once

#include "mail/address_list.h"
#include "mail/header.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace signet::policy {

// The fields of one name.  mailboxes: of all fields that were read, unless there is a fault.
struct AddressField {
    std::size_t fields = 0;
    std::vector<mail::HeaderMailbox> mailboxes{};
    std::optional<mail::AddressListFault> fault{};  // the first
};

// RFC 5322 §3.6.6: a message that is sent again carries a block of Resent fields for each time, the
// latest on top; only that one says who sends it now, so only the first of each name is read.
struct HeaderFacts {
    AddressField from, sender, resent_from, resent_sender;
};

// Several From or Sender fields, which RFC 5322 §3.6 forbids, are counted; the first eight are
// read.
HeaderFacts header_facts(const mail::Header& header);

}  // namespace signet::policy
