// What endpoints share: faults in words, events, objects as JSON.
#pragma once

#include "admin/endpoint.h"
#include "queue/filter.h"

#include <string>
#include <string_view>

namespace signet::admin {

Fault fault_of(StoreFault fault);
Fault not_found(std::string_view what, std::string_view name);

// The folded name of the parameter `name`, or why it is none.
Result<std::string, Fault> account_name_of(const Request& request);
// "ann@example.com", "*@example.com" …; the fault names the one that cannot be read.
Result<std::vector<identity::SendAs>, Fault> addresses_of(const std::vector<std::string>& texts);

// The parameter `name` as names of groups, sorted, each once.
Result<std::vector<std::string>, Fault> groups_of(const Request& request, std::string_view name);

// An account changed by an administrator.
audit::Event account_event(const Services& services, const Request& request, std::string_view event,
                           std::string_view account);
// A message of the queue.
audit::Event queue_event(const Services& services, const Request& request, std::string_view event,
                         const queue::Entry& entry);

// What the request says of the messages it means (queue/filter.h); `ids` are in a list of that
// name.
Result<queue::Filter, Fault> filter_of(const Request& request);

// A route or destination that an administrator paused or resumed.
audit::Event pause_event(const Services& services, const Request& request, std::string_view event,
                         const queue::Pause& what);

// The tables of a credential store.
audit::Event store_event(const Services& services, const Request& request, std::string_view event,
                         std::string_view store);

// A ban lifted; account: of whom, nullopt: of all.
audit::Event ban_event(const Services& services, const Request& request, std::string_view event,
                       std::string_view network, const std::optional<std::string>& account);

std::string account_json(const Services& services, const identity::Account& account);
std::string entry_json(const queue::Entry& entry);

// The account, changed by `change`, which also says in `changes` what it did.  Tries again when
// somebody else changed it meanwhile.  Records `event` if anything changed.
using ChangeAccount =
    std::function<void(identity::Account& account, std::vector<audit::Change>& changes)>;
Task<Outcome> update_account(const Services& services, Request request, std::string event,
                             ChangeAccount change);

}  // namespace signet::admin
