#include "app/block_on.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/send_plan.h"
#include "net/connect.h"
#include "net/io_threads.h"
#include "net/system_clock.h"

#include <boost/json.hpp>

#include <ostream>

namespace signet::cli {
namespace {

constexpr Argument kArguments[] = {
    {.name = "MESSAGE", .value = {}, .description = "-: a whole message from standard input"},
    {.name = "--to",
     .value = "ADDRESS",
     .description = "of a recipient",
     .required = true,
     .repeated = true},
    {.name = "--from", .value = "ADDRESS", .description = "of the sender; default: that of --user"},
    {.name = "--user", .value = "NAME", .description = "to sign in with"},
    {.name = "--password-file", .value = "FILE", .description = "whose first line is the password"},
    {.name = "--password-stdin",
     .value = {},
     .description = "read the password from standard input"},
    {.name = "--host", .value = "HOST", .description = "the server; default localhost"},
    {.name = "--port", .value = "PORT", .description = "default 465 with --tls implicit, else 587"},
    {.name = "--tls",
     .value = "HOW",
     .description = "implicit or starttls; default implicit on port 465, else starttls"},
    {.name = "--ca",
     .value = "FILE",
     .description = "PEM file of the authorities to trust; default: those of the system"},
    {.name = "--subject", .value = "TEXT", .description = "default: a test of Signet"},
    {.name = "--body", .value = "TEXT", .description = "default: one line"}};
constexpr std::string_view kExamples[] = {
    "send --user dev@localhost --password-file var/dev/dev-password --ca var/dev/ca.pem --port "
    "1587 "
    "--to you@example.com",
    "send - --from ann@example.com --to bob@example.com --user ann@example.com < message.eml"};

constexpr std::chrono::seconds kConnectTime{30};

// ---- the outcome ----

Exit exit_of(const smtp::RecipientResult& result) {
    switch (result.kind) {
    case smtp::RecipientResult::Kind::delivered: return Exit::ok;
    case smtp::RecipientResult::Kind::deferred: return Exit::try_later;
    case smtp::RecipientResult::Kind::failed: return Exit::failed;
    }
    std::unreachable();
}

// The worst of the recipients: failed before deferred before delivered.
Exit worst(const smtp::Finished& finished) {
    auto exit = Exit::ok;
    for (const auto& result : finished.recipients) {
        const auto one = exit_of(result);
        if (one == Exit::failed || exit == Exit::ok) exit = one;
    }
    return exit;
}

Exit exit_of(const smtp::Finished& finished) {
    using End = smtp::ClientEnd;
    switch (finished.end) {
    case End::completed: return worst(finished);
    case End::tls_unavailable:
    case End::tls_failed:
    case End::injected:
    case End::lost_before_dot:
    case End::lost_after_dot:
    case End::unclear_after_dot:
    case End::out_of_step: return Exit::unreachable;
    case End::server_unproven: return Exit::not_allowed;
    case End::auth_refused: {
        const bool later =
            !finished.recipients.empty() && finished.recipients.front().reply.temporary();
        return later ? Exit::try_later : Exit::not_allowed;
    }
    case End::auth_unavailable:
    case End::content_unavailable:
    case End::bare_newline: return Exit::failed;
    case End::refused: return Exit::try_later;
    }
    std::unreachable();
}

std::string_view word_of(const smtp::RecipientResult& result) {
    switch (result.kind) {
    case smtp::RecipientResult::Kind::delivered: return "accepted";
    case smtp::RecipientResult::Kind::deferred: return "deferred";
    case smtp::RecipientResult::Kind::failed: return "refused";
    }
    std::unreachable();
}

void print_json(const SendPlan& plan, const std::vector<std::string>& to,
                const smtp::Finished& finished, Console& console) {
    boost::json::array recipients;
    for (std::size_t i = 0; i < finished.recipients.size() && i < to.size(); ++i) {
        recipients.push_back(boost::json::object{{"address", to[i]},
                                                 {"state", word_of(finished.recipients[i])},
                                                 {"code", finished.recipients[i].reply.code},
                                                 {"reply", finished.recipients[i].reply.text()}});
    }
    console.out << boost::json::object{{"kind", "send_result"},
                                       {"api_version", 1},
                                       {"host", plan.target.host},
                                       {"port", plan.target.port},
                                       {"end", smtp::name(finished.end)},
                                       {"recipients", std::move(recipients)}}
                << "\n";
}

void print_text(const std::vector<std::string>& to, const smtp::Finished& finished,
                Console& console) {
    for (std::size_t i = 0; i < finished.recipients.size() && i < to.size(); ++i) {
        console.out << to[i] << ": " << word_of(finished.recipients[i]) << " ("
                    << sanitised(finished.recipients[i].reply.text(), 500) << ")\n";
    }
}

// ---- the connection ----

using Connected = Result<smtp::Finished, net::ConnectFault>;

Task<Connected> talk(const SendTarget& target, Conversation conversation,
                     std::shared_ptr<const net::TlsClientContext> tls, const Clock& clock,
                     ShowLine show) {
    auto stream = co_await net::connect({.host = target.host,
                                         .port = target.port,
                                         .tls = std::move(tls),
                                         .implicit_tls = target.implicit_tls},
                                        Deadline::in(clock, kConnectTime));
    if (!stream) co_return fail(stream.error());
    show("*** connected to " + (*stream)->peer().text());
    if (const auto info = (*stream)->tls()) show("*** " + info->version + ", " + info->cipher);
    co_return co_await converse(**stream, std::move(conversation), clock, std::move(show));
}

Connected run_talk(SendPlan& plan, std::shared_ptr<const net::TlsClientContext> tls,
                   const ShowLine& show) {
    const net::SystemClock clock;
    net::IoThreads io{1};
    io.start();
    auto finished = app::block_on(
        io, talk(plan.target, std::move(plan.conversation), std::move(tls), clock, show));
    io.stop();
    return finished;
}

Exit run(const Invocation& invocation, Console& console) {
    auto plan = plan_send(invocation, console);
    if (!plan) {
        console.err << "signet: " << plan.error() << "\nSee: signet send --help\n";
        return Exit::usage;
    }
    auto tls = net::TlsClientContext::load({.verify = true, .ca = plan->target.ca});
    if (!tls) {
        console.err << "signet: " << tls.error() << "\n";
        return Exit::failed;
    }
    const bool silent = invocation.json() || invocation.quiet();
    const auto finished = run_talk(*plan, std::move(*tls), [&](std::string_view line) {
        if (!silent) console.out << line << "\n" << std::flush;
    });
    if (!finished) {
        console.err << "signet: cannot reach " << plan->target.host << ": "
                    << sanitised(finished.error().text, 300) << "\n";
        return Exit::unreachable;
    }
    if (invocation.json())
        print_json(*plan, invocation.all("--to"), *finished, console);
    else
        print_text(invocation.all("--to"), *finished, console);
    const auto exit = exit_of(*finished);
    if (exit == Exit::ok && !silent) console.err << "Next: signet queue list\n";
    return exit;
}

}  // namespace

constinit const Command command_send{
    .noun = "",
    .verb = "send",
    .summary = "Send a message, and show the dialogue",
    .description =
        "A password is sent inside TLS only, to a server whose certificate is right, and "
        "is never shown. Exit code 0: every recipient was accepted; 1: one was refused; "
        "4: no connection or no TLS; 5: the sign-in was refused; 75: try later.",
    .arguments = kArguments,
    .examples = kExamples,
    .run = run};

}  // namespace signet::cli
