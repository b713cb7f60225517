#include "cli/sign_in_trial.h"

#include "base/text.h"
#include "cli/link.h"
#include "cli/show.h"

#include <boost/json.hpp>

#include <algorithm>
#include <ostream>

namespace signet::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kShown = 2'000;

json::object object_of(std::string_view text) {
    json::error_code error;
    auto value = json::parse(text, error);
    return !error && value.is_object() ? std::move(value.get_object()) : json::object{};
}

json::array array_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value && value->is_array() ? value->get_array() : json::array{};
}

std::string text_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    const auto* text = value ? value->if_string() : nullptr;
    return text ? sanitised(*text, kShown) : std::string{};
}

std::string words_of(const json::object& object, std::string_view name) {
    std::string all;
    for (const auto& one : array_of(object, name)) {
        const auto* word = one.if_string();
        if (word) all += (all.empty() ? "" : " ") + sanitised(*word, kShown);
    }
    return all;
}

void add_line(std::string& text, std::string_view name, const std::string& value) {
    if (value.empty()) return;
    text.append("  ").append(name).append(std::string(10 - name.size(), ' ')).append(value) += '\n';
}

std::string token_lines(const json::object& trial) {
    const auto fault = text_of(trial, "token_fault");
    if (!fault.empty()) return "\nThere is no access token: " + fault + "\n";
    const auto* value = trial.if_contains("token");
    const auto* token = value ? value->if_object() : nullptr;
    if (!token) return "\nThere is an access token. It is opaque: nothing can be read in it.\n";
    std::string text = "\nThe access token says, unverified, for it is meant for the smart host:\n";
    for (const auto name : {"issuer", "tenant", "client", "object", "user"}) {
        add_line(text, name, text_of(*token, name));
    }
    for (const auto name : {"audience", "roles", "scopes"}) {
        add_line(text, name, words_of(*token, name));
    }
    add_line(text, "expires", shown_time(text_of(*token, "expires")));
    return text;
}

bool signed_in(const json::value& host) {
    const auto* flag = host.is_object() ? host.get_object().if_contains("signed_in") : nullptr;
    return flag && flag->is_bool() && flag->get_bool();
}

}  // namespace

std::string show_trial(std::string_view trial) {
    const auto object = object_of(trial);
    const bool by_token = text_of(object, "by") == "token";
    const auto user = text_of(object, "user");
    auto text = text_of(object, "name") +
                (user.empty() ? " signs in as nobody\n"
                              : " signs in as " + user +
                                    (by_token ? " with an access token\n" : " with a password\n"));
    if (by_token) text += token_lines(object);
    const auto ends = text_of(object, "secret_expires");
    if (!ends.empty()) text += "\nThe client secret ends on " + ends + ", as the settings say.\n";
    const auto hosts = array_of(object, "hosts");
    if (!hosts.empty()) text += '\n';
    for (const auto& host : hosts) {
        const auto& details = host.as_object();
        text += text_of(details, "host") + ": " +
                (signed_in(host) ? "taken; no message was begun" : text_of(details, "said")) + "\n";
    }
    const auto missing = array_of(object, "missing");
    if (!missing.empty()) text += "\nWhat is missing:\n";
    for (const auto& step : missing) {
        const auto* sentence = step.if_string();
        if (sentence) text += "  - " + sanitised(*sentence, kShown) + "\n";
    }
    return text;
}

Exit exit_of_trial(std::string_view trial) {
    const auto object = object_of(trial);
    const auto hosts = array_of(object, "hosts");
    const bool fine = !hosts.empty() && std::ranges::all_of(hosts, signed_in) &&
                      array_of(object, "missing").empty();
    return fine ? Exit::ok : Exit::findings;
}

Exit try_sign_in(const Invocation& invocation, Console& console, const std::string& route) {
    const auto link = open_link(invocation, console, Reach::server);
    if (!link) return complain(link.error(), console);
    RequestLine request{"route.try"};
    request.text("name", route);
    const auto trial = (*link)->ask(request.finish(), [](std::string_view) {});
    if (!trial) return complain(trial.error(), console);
    if (invocation.json()) {
        console.out << *trial << "\n";
    } else {
        console.out << show_trial(*trial);
    }
    return exit_of_trial(*trial);
}

}  // namespace signet::cli
