// The way to the running server: its control socket.
#pragma once

#include "base/result.h"
#include "base/secret.h"
#include "cli/command.h"
#include "cli/exit.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace signet::cli {

// A request as one line of JSON (admin/request.h).  It may hold a password, so it is a Secret, and
// is written into room that never moves.
class RequestLine {
public:
    explicit RequestLine(std::string_view method);
    RequestLine& text(std::string_view name, std::string_view value);
    RequestLine& list(std::string_view name, const std::vector<std::string>& values);
    RequestLine& flag(std::string_view name, bool value);
    RequestLine& number(std::string_view name, std::uint64_t value);
    RequestLine& password(const Secret& password);
    RequestLine& token(const Secret& token);
    Secret finish();  // with its line end

private:
    void key(std::string_view name);
    void quoted(std::string_view value);
    std::string line_;
    bool first_ = true;
};

struct LinkFault {
    Exit exit = Exit::failed;
    std::string message;  // a sentence without a full stop
};

class Link {
public:
    virtual ~Link() = default;
    // Gives each item of a list to `take` as it comes; answers with the last object.  All are JSON.
    using Take = std::function<void(std::string_view item)>;
    virtual Result<std::string, LinkFault> ask(Secret request, const Take& take) = 0;
};

// To the server that listens at `path`.  Blocks; an answer may take a minute.
Result<std::unique_ptr<Link>, LinkFault> connect_to(const std::string& path);

enum class Reach {
    server,            // only a server that runs
    server_or_stores,  // or, if none runs and nobody has them open, the stores themselves
};

// By the settings of the invocation.
Result<std::unique_ptr<Link>, LinkFault> open_link(const Invocation& invocation, Console& console,
                                                   Reach reach = Reach::server_or_stores);

// Says what went wrong, and returns how the command ends.
Exit complain(const LinkFault& fault, Console& console);

}  // namespace signet::cli
