// A conversation with a submission server, shown line by line.
//
//   <-  220 mail.example.com ESMTP
//    -> EHLO laptop
//   <~  250 …                          inside TLS
//    ~> AUTH PLAIN ***
#pragma once

#include "base/clock.h"
#include "base/task.h"
#include "net/stream.h"
#include "smtp/client_protocol.h"

#include <functional>
#include <string>
#include <string_view>

namespace signet::cli {

// Gets each line without its line end; a password is "***" in it.
using ShowLine = std::function<void(std::string_view line)>;

struct Conversation {
    smtp::ClientSetting setting;
    smtp::Outgoing message;
    std::string content;  // lines end with CRLF
};

// The conversation from the greeting to the end; the stream is closed then.  Each step has two
// minutes, the reply to the final dot ten (RFC 5321 §4.5.3.2.6).
Task<smtp::Finished> converse(net::Stream& stream, Conversation conversation, const Clock& clock,
                              ShowLine show);

}  // namespace signet::cli
