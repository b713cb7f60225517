// The message that `signet send` sends.
#pragma once

#include "base/clock.h"

#include <string>
#include <string_view>
#include <vector>

namespace signet::cli {

struct Letter {
    std::string from;
    std::vector<std::string> to;
    std::string subject, body;
};

// A header of From, To, Subject, Date and Message-ID, and the body, in lines that end with CRLF.
// A control character in a field becomes a blank, so that no value can begin another field; what
// is beyond ASCII in the subject is encoded (RFC 2047).  token: makes the Message-ID unique.
std::string compose(const Letter& letter, WallTime now, std::string_view token);

// Every bare LF or CR becomes CRLF.
std::string with_crlf(std::string_view text);

}  // namespace signet::cli
