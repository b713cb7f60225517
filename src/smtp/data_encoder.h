// Content on its way out: framed for DATA or for BDAT, CRLF strict (RFC 5321 §2.3.8).
//
// What one server takes for the end of a message and another does not is how mail is smuggled
// (CVE-2023-51764).  So a bare CR or LF never leaves: the encoder stops in front of it.  It cannot
// be there, since submission refuses such content; changing it here would break its signatures.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace signet::smtp {

struct BareNewline {
    std::uint64_t offset;
};  // of the CR or LF, in the content

// How the end of the content is known.
enum class Framing {
    dots,    // DATA: by a lone dot, so that other dots at the start of a line are doubled
    counted  // BDAT: by its length, which was said before; it goes as it is (RFC 3030 §2)
};

// Not safe for concurrent use.
class DataEncoder {
public:
    explicit DataEncoder(Framing framing = Framing::dots) : framing_(framing) {}

    // Appends the next part of the content to `out`.  A CR at the end is held back until the next
    // part shows what follows it.  On a fault what precedes the bare CR or LF may have been
    // appended; the encoder is spent, and the connection must be closed without finish().
    Result<void, BareNewline> encode(std::string_view part, std::string& out);
    // The end of the data.  Framed by dots, with the CRLF that the last line may lack: "CRLF.CRLF"
    // (RFC 5321 §4.1.1.4).  A CR held back is bare after all.
    Result<void, BareNewline> finish(std::string& out);

private:
    // Ends the line whose CR was held back.
    Result<void, BareNewline> resolve_cr(std::string_view& part, std::string& out);

    Framing framing_;
    std::uint64_t taken_ = 0;  // octets of the content before the part at hand
    bool line_start_ = true;
    bool cr_held_ = false;
};

}  // namespace signet::smtp
