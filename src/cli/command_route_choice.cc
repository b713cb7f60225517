// route test: which way a message would go, from the settings, without a server and without a
// message.
#include "app/block_on.h"
#include "app/load_settings.h"
#include "app/mx_self.h"
#include "app/name_service.h"
#include "cli/command.h"
#include "cli/sign_in_trial.h"
#include "cli/table.h"
#include "cli/targets.h"
#include "dns/resolver.h"
#include "mail/mailbox.h"
#include "net/io_threads.h"
#include "net/own_addresses.h"
#include "net/system_clock.h"
#include "net/system_entropy.h"
#include "relay/mx_plan.h"
#include "relay/route.h"
#include "settings/address.h"
#include "settings/problem.h"

#include <boost/json.hpp>

#include <algorithm>
#include <ostream>
#include <utility>

namespace signet::cli {
namespace {

constexpr Argument kArguments[] = {
    {.name = "ADDRESS",
     .value = {},
     .description = "a recipient; or the name of a route, to sign in at its smart host",
     .required = true},
    {.name = "--sender",
     .value = "ADDRESS",
     .description = "of the envelope, or <>; default: postmaster of this host"},
    {.name = "--account",
     .value = "NAME",
     .description = "the account or trusted network that submits it; default: nobody"}};
constexpr std::string_view kExamples[] = {
    "route test bob@example.net",
    "route test bob@example.net --sender ann@example.com --account ann", "route test upstream"};

constexpr std::chrono::seconds kLookUp{30};

struct Asked {
    mail::Mailbox recipient;
    mail::ReversePath sender;
    std::string account;
};

// What one route says about the message.
struct Said {
    std::string route;
    std::optional<relay::Mismatch> mismatch;
};

struct NextHops {
    std::vector<std::string> hops;
    std::string dead_end;  // the answer that its recipient would get; empty: there is a way
};

std::string_view sentence(relay::Mismatch mismatch) {
    switch (mismatch) {
    case relay::Mismatch::domain: return "no: the domain is not in its `match`";
    case relay::Mismatch::sender: return "no: the sender is not in its `senders`";
    case relay::Mismatch::account: return "no: the account is not in its `accounts`";
    }
    std::unreachable();
}

std::string_view words(aliases::Trouble trouble) {
    switch (trouble) {
    case aliases::Trouble::too_many: return "too many";
    case aliases::Trouble::too_deep: return "too deep";
    case aliases::Trouble::too_long: return "longer than an address may be";
    }
    std::unreachable();
}

std::optional<Asked> asked(const Invocation& invocation, const std::string& hostname,
                           Console& console) {
    Asked result;
    const auto recipient = mail::parse_mailbox(invocation.one("ADDRESS"));
    if (!recipient) {
        console.err << "signet: the recipient is not an address\n";
        return {};
    }
    result.recipient = *recipient;
    result.account = invocation.one("--account");
    auto sender = invocation.one("--sender");
    if (sender == "<>") return result;
    if (!invocation.has("--sender")) sender = "postmaster@" + hostname;
    result.sender.mailbox = mail::parse_mailbox(sender);
    if (result.sender.mailbox) return result;
    console.err << "signet: the sender is neither an address nor <>\n";
    return {};
}

// Every route that was looked at, in order; the last one fits, if any does.
std::vector<Said> look(const settings::Snapshot& settings, const Asked& ask) {
    std::vector<Said> all;
    const relay::Passage passage{ask.recipient.domain, ask.sender, ask.account};
    for (const auto& route : settings.routes) {
        const auto why = relay::mismatch({route.match, route.senders, route.accounts}, passage);
        all.push_back({route.name, why});
        if (!why) break;
    }
    return all;
}

class Exchangers {
public:
    explicit Exchangers(const settings::Snapshot& settings) : settings_(settings) { io_.start(); }
    Exchangers(const Exchangers&) = delete;
    Exchangers& operator=(const Exchangers&) = delete;
    ~Exchangers() { io_.stop(); }

    NextHops of(const settings::MxSettings& mx, const std::string& domain) {
        const auto own = net::own_addresses();
        if (!own) return {{}, own.error()};
        const relay::MxRules rules{.self = app::mx_self(settings_, mx.port, *own),
                                   .private_addresses = mx.private_addresses};
        if (domain.starts_with('[')) return literal(domain, mx, rules);
        auto resolver = names_.resolver(settings_.dns);
        if (!resolver) return {{}, resolver.error().sentence};
        const auto name = dns::Name::parse(domain);
        if (!name) return {{}, "550 5.1.2 " + domain + " is no domain"};
        const auto hosts =
            relay::mx_hosts(*name, ask(**resolver, *name, dns::Type::mx), rules, entropy_);
        if (!hosts) return {{}, hosts.error().answer.reply};
        NextHops found;
        for (const auto& host : *hosts) {
            const auto v4 = ask(**resolver, host, dns::Type::a);
            const auto v6 = ask(**resolver, host, dns::Type::aaaa);
            const auto addresses = relay::mx_addresses(host, v4, v6, rules);
            if (!addresses) {
                found.hops.push_back(host.text() + ": " + addresses.error().answer.reply);
                continue;
            }
            for (const auto& address : *addresses) {
                found.hops.push_back(host.text() + " " +
                                     settings::address_text({address.text(), port(mx)}));
            }
        }
        return found;
    }

private:
    static std::uint16_t port(const settings::MxSettings& mx) {
        return static_cast<std::uint16_t>(mx.port);
    }
    static NextHops literal(const std::string& domain, const settings::MxSettings& mx,
                            const relay::MxRules& rules) {
        const auto address = relay::literal_address(domain, rules);
        if (!address) return {{}, address.error().answer.reply};
        return {{settings::address_text({address->text(), port(mx)})}, {}};
    }
    relay::DnsResult ask(dns::Resolver& resolver, const dns::Name& name, dns::Type type) {
        return app::block_on(io_, resolver.ask({name, type}, Deadline::in(clock_, kLookUp)));
    }

    const settings::Snapshot& settings_;
    net::SystemClock clock_;
    net::SystemEntropy entropy_;
    app::NameService names_;
    net::IoThreads io_{1};
};

NextHops next_hops(const settings::Snapshot& settings, const settings::RouteSettings& route,
                   const Asked& ask) {
    if (route.mx) return Exchangers{settings}.of(*route.mx, ask.recipient.domain);
    NextHops found;
    if (route.smart_host) {
        for (const auto& host : route.smart_host->hosts) {
            found.hops.push_back(settings::address_text({host.host, host.port}));
        }
    }
    for (const auto& host : route.lmtp) found.hops.push_back("LMTP " + host);
    if (!route.maildir.empty()) found.hops.push_back("Maildir " + route.maildir);
    if (route.discard) found.hops.emplace_back("nowhere: it is discarded");
    return found;
}

// One recipient, once aliases are taken for what they stand for.
struct Choice {
    Asked ask;
    std::vector<Said> said;
    NextHops next;

    bool taken() const { return !said.empty() && !said.back().mismatch; }
};

Choice choose(const settings::Snapshot& settings, Asked ask) {
    Choice choice{.ask = std::move(ask), .said = {}, .next = {}};
    choice.said = look(settings, choice.ask);
    if (choice.taken()) {
        choice.next = next_hops(settings, settings.routes[choice.said.size() - 1], choice.ask);
    }
    return choice;
}

void show(const Choice& choice, Console& console) {
    const auto& ask = choice.ask;
    console.out << ask.recipient.text() << " from <" << ask.sender.text() << ">, submitted by "
                << (ask.account.empty() ? "nobody who is known" : ask.account) << "\n\n";
    std::vector<std::vector<std::string>> rows{{"ROUTE", "FITS"}};
    for (const auto& one : choice.said) {
        rows.push_back({one.route, one.mismatch ? std::string{sentence(*one.mismatch)} : "yes"});
    }
    console.out << in_columns(rows);
    if (!choice.taken()) {
        console.out << "\nNo route takes it: 550 5.4.4\n";
        return;
    }
    if (!choice.next.dead_end.empty()) {
        console.out << "\nNo next hop: " << choice.next.dead_end << "\n";
        return;
    }
    console.out << "\nNext hops, in this order:\n";
    for (const auto& hop : choice.next.hops) console.out << "  " << hop << "\n";
}

boost::json::object json_of(const Choice& choice) {
    boost::json::array passed, hops;
    for (const auto& one : choice.said) {
        if (!one.mismatch) continue;
        passed.push_back(
            boost::json::object{{"route", one.route}, {"mismatch", relay::name(*one.mismatch)}});
    }
    for (const auto& hop : choice.next.hops) hops.emplace_back(hop);
    boost::json::object object{{"kind", "route_test"},
                               {"api_version", 1},
                               {"recipient", choice.ask.recipient.text()},
                               {"sender", choice.ask.sender.text()},
                               {"account", choice.ask.account},
                               {"passed_over", std::move(passed)},
                               {"next_hops", std::move(hops)}};
    if (choice.taken()) object["route"] = choice.said.back().route;
    if (!choice.next.dead_end.empty()) object["dead_end"] = choice.next.dead_end;
    return object;
}

void show_alias(const Asked& ask, const std::vector<Choice>& choices, Console& console) {
    console.out << ask.recipient.text() << " is an alias for "
                << (choices.size() == 1 ? "one address:\n"
                                        : std::to_string(choices.size()) + " addresses:\n");
    for (const auto& choice : choices) {
        console.out << "\n";
        show(choice, console);
    }
}

void show_alias_json(const Asked& ask, const std::vector<Choice>& choices, Console& console) {
    boost::json::array targets;
    for (const auto& choice : choices) targets.push_back(json_of(choice));
    const boost::json::object object{{"kind", "route_test"},
                                     {"api_version", 1},
                                     {"recipient", ask.recipient.text()},
                                     {"sender", ask.sender.text()},
                                     {"account", ask.account},
                                     {"alias_for", std::move(targets)}};
    console.out << boost::json::serialize(object) << "\n";
}

void show(const Asked& ask, const std::vector<Choice>& choices, bool json, Console& console) {
    const bool alias = choices.size() > 1 || choices.front().ask.recipient != ask.recipient;
    if (alias && json) return show_alias_json(ask, choices, console);
    if (alias) return show_alias(ask, choices, console);
    if (!json) return show(choices.front(), console);
    console.out << boost::json::serialize(json_of(choices.front())) << "\n";
}

Exit exit_of(const std::vector<Choice>& choices) {
    if (!std::ranges::all_of(choices, &Choice::taken)) return Exit::not_found;
    const auto arrives = [](const Choice& choice) { return choice.next.dead_end.empty(); };
    return std::ranges::all_of(choices, arrives) ? Exit::ok : Exit::findings;
}

Exit run(const Invocation& invocation, Console& console) {
    const auto where = invocation.one("ADDRESS");
    if (!where.contains('@')) return try_sign_in(invocation, console, where);
    const auto loaded = app::load_settings(invocation.config());
    if (!loaded) {
        console.err << settings::render(loaded.error()) << "\n";
        return Exit::settings;
    }
    const auto& settings = loaded->snapshot;
    const auto ask = asked(invocation, settings.hostname, console);
    if (!ask) return Exit::usage;
    const auto targets = targets_of(ask->recipient, settings);
    if (!targets) {
        console.err << "signet: the aliases behind " << ask->recipient.text() << " are "
                    << words(targets.error()) << ": 550 5.2.4\n";
        return Exit::findings;
    }
    std::vector<Choice> choices;
    for (const auto& target : *targets) {
        choices.push_back(choose(settings, {target, ask->sender, ask->account}));
    }
    show(*ask, choices, invocation.json(), console);
    return exit_of(choices);
}

}  // namespace

constinit const Command command_route_test{
    .noun = "route",
    .verb = "test",
    .summary = "Say which way a message would go and why, or whether a route can sign in",
    .description =
        "Of an address: from the settings file, whether a server runs or not. An alias is taken "
        "for "
        "what it stands for. A route to mail exchangers asks DNS for them; nothing is connected "
        "to. "
        "Exit code 6: no route takes it. Of a route's name: the running server signs in at its "
        "smart "
        "hosts and leaves without a message; of an access token it shows what can be read in it, "
        "and "
        "names the step that is missing. Exit code 3: something is.",
    .arguments = kArguments,
    .examples = kExamples,
    .run = run};

}  // namespace signet::cli
