// CRLF, as lines travel, into LF, as every local agent keeps them in a file.  A CR that is not
// followed by LF stays.  Not safe for concurrent use.
#pragma once

#include <string>
#include <string_view>

namespace signet::relay {

class LineEnds {
public:
    // Appends the part to `out`; a CR at its end waits for the next one.
    void convert(std::string_view part, std::string& out);
    void finish(std::string& out);

private:
    bool cr_held_ = false;
};

}  // namespace signet::relay
