// For tests: an entry of the queue, and reports about it.
#pragma once

#include "dsn/report.h"

#include <string>
#include <string_view>
#include <vector>

namespace signet::dsn {

inline const WallTime kAccepted{std::chrono::seconds{1'795'500'000}};
inline const Reporter kReporter{"mail.example.com", kAccepted + std::chrono::hours{1},
                                "01JV3N7Z5B3M8Q2R4T6V8X0Y1Z", kAccepted + std::chrono::days{5}};
inline constexpr std::string_view kHeader = "Received: from a by b\r\nSubject: Hello\r\n there\r\n";

// From ann@example.com, who signed in, to bob@example.net, "c d"@example.org and e@f.
queue::Entry entry();

// What one try brought for a recipient.
queue::RecipientOutcome failed(std::size_t recipient, std::string reply, std::string from = {});
queue::RecipientOutcome delayed(std::size_t recipient, std::string reply, std::string from = {});
queue::RecipientOutcome delivered(std::size_t recipient, queue::HandedTo handed_to,
                                  std::string from = {});

std::optional<queue::Report> report_on(const queue::Entry& entry,
                                       const std::vector<queue::RecipientOutcome>& outcomes,
                                       Returned returned = {std::string{kHeader}});

std::size_t count(std::string_view text, std::string_view of);

}  // namespace signet::dsn
