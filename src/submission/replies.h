// Every reply of a submission session, each on one line, so that text, code and enhanced status
// (RFC 3463, RFC 4954 §6, RFC 5248) are decided in one place.
#pragma once

#include "base/rate.h"
#include "base/store_fault.h"
#include "queue/queue_store.h"
#include "smtp/reply.h"

#include <string>
#include <string_view>
#include <vector>

namespace signet::submission::replies {

using smtp::Reply;

// The only way to a 250 after DATA: an Accepted is made by queue::Draft::commit alone, when the
// message is on disk (RFC 5321 §4.2.5, §6.1).
Reply queued(const queue::Accepted& accepted);

Reply greeting(std::string_view hostname);
Reply helo(std::string_view hostname);
Reply ehlo(std::string_view hostname, std::vector<std::string> keywords);
Reply ok();
Reply sender_ok();
Reply recipient_ok();
Reply send_content();
Reply cannot_verify();
Reply help();
Reply goodbye(std::string_view hostname);

Reply start_tls();
Reply data_behind_starttls();

Reply challenge(std::string_view octets);
Reply authenticated();
Reply auth_cancelled();
Reply auth_malformed();
Reply auth_out_of_turn();
Reply credentials_invalid();  // for every reason alike
Reply mechanism_too_weak();   // of an account that takes stronger ones
// page: where to make one; empty: nothing is said of it
Reply app_password_required(const std::string& page);
// page: where people change it; may be empty.
Reply password_too_old(const std::string& page);
Reply auth_throttled();
Reply auth_unavailable();
Reply mechanism_unknown();
Reply sign_in_not_offered();
Reply too_many_failures(std::string_view hostname);

Reply chunk_taken(std::uint64_t octets);
Reply header_not_utf8();
Reply header_too_large(std::uint64_t limit_octets);
Reply mail_loop();
Reply not_stored(StoreFault fault);

// who: policy::who().  "… and may send 100 messages in 1 hour: try again in 12 minutes".
Reply over_rate(std::string_view who, std::string_view verb, std::string_view thing,
                const Rate& rate, std::chrono::seconds wait);
Reply too_many_recipients(std::string_view who, std::uint64_t limit);
// Aliases: more recipients than one message has; nobody can say who has an address; the aliases
// lead nowhere.  shown: policy::shown().
Reply no_room_for(std::string_view shown);
Reply recipients_unknown();
Reply not_expanded(std::string_view shown);
Reply message_too_big(std::string_view who, std::uint64_t limit_octets);

Reply account_changed(std::string_view hostname);
Reply disconnected(std::string_view hostname);
Reply account_unknown();  // whether it may still do what it asks for

Reply busy(std::string_view hostname);
Reply too_many_from_you(std::string_view hostname);
Reply connecting_too_fast(std::string_view hostname);
Reply asking_too_fast(std::string_view hostname);
Reply draining(std::string_view hostname);
Reply timed_out(std::string_view hostname);

}  // namespace signet::submission::replies
