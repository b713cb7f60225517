// route login: a person agrees, on any machine with a browser, that a route sends mail as him.
#include "base/text.h"
#include "cli/command.h"
#include "cli/link.h"
#include "cli/show.h"

#include <boost/json.hpp>

#include <algorithm>
#include <chrono>
#include <ostream>
#include <thread>

namespace signet::cli {
namespace {

namespace json = boost::json;

constexpr Argument kName[] = {
    {.name = "NAME", .value = {}, .description = "the name of a [[route]]", .required = true}};
constexpr std::string_view kExamples[] = {"route login m365"};

std::chrono::seconds interval_of(std::string_view answer) {
    constexpr std::int64_t kUsual = 5, kSlowest = 120;
    json::error_code error;
    const auto value = json::parse(answer, error);
    const auto* object = error ? nullptr : value.if_object();
    const auto* number = object ? object->if_contains("interval") : nullptr;
    const auto* seconds = number ? number->if_int64() : nullptr;
    return std::chrono::seconds{seconds ? std::clamp<std::int64_t>(*seconds, 1, kSlowest) : kUsual};
}

Result<std::string, LinkFault> ask(Link& link, std::string_view method, const std::string& route) {
    RequestLine request{method};
    request.text("name", route);
    return link.ask(request.finish(), [](std::string_view) {});
}

Exit run(const Invocation& invocation, Console& console) {
    const auto route = invocation.one("NAME");
    const auto link = open_link(invocation, console, Reach::server);
    if (!link) return complain(link.error(), console);
    auto answer = ask(**link, "route.login", route);
    if (!answer) return complain(answer.error(), console);
    // What to do is talk; what came of it is the data.
    console.err << "Open " << sanitised(member_of(*answer, "address"), 2'048) << "\nand enter  "
                << sanitised(member_of(*answer, "code"), 64)
                << "\nas whoever the mail is to be sent as. Waiting…\n"
                << std::flush;
    do {
        std::this_thread::sleep_for(interval_of(*answer));
        answer = ask(**link, "route.login_poll", route);
        if (!answer) return complain(answer.error(), console);
    } while (member_of(*answer, "state") == "waiting");
    if (invocation.json()) {
        console.out << *answer << "\n";
    } else {
        console.out << route << ": agreed; the login is kept, sealed\n";
    }
    if (!invocation.quiet()) console.err << "Next: signet route test " << route << "\n";
    return Exit::ok;
}

}  // namespace

constinit const Command command_route_login{
    .noun = "route",
    .verb = "login",
    .summary = "Have a person agree that a route signs in as him",
    .description =
        "For a route with auth.oauth and grant = \"refresh_token\": shows an address and a code "
        "(RFC "
        "8628), waits until somebody has entered it, and has the server keep what comes of it, "
        "sealed. It is renewed from then on, also while no mail goes.",
    .arguments = kName,
    .examples = kExamples,
    .run = run};

}  // namespace signet::cli
