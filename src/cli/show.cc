#include "cli/show.h"

#include "base/text.h"
#include "settings/units.h"

#include <boost/json.hpp>

#include <ostream>

namespace signet::cli {
namespace {

namespace json = boost::json;

json::object object_of(std::string_view text) {
    json::error_code error;
    auto value = json::parse(text, error);
    if (error || !value.is_object()) return {};
    return std::move(value.get_object());
}

// "2026-11-24T06:00:00.118204Z" without its fraction.
std::string short_time(const std::string& time) {
    const auto dot = time.find('.');
    return dot == std::string::npos ? time : time.substr(0, dot) + "Z";
}

std::string text_of(const json::value& value) {
    if (const auto* text = value.if_string()) return sanitised(*text, 1'024);
    if (const auto* flag = value.if_bool()) return *flag ? "yes" : "no";
    if (const auto* list = value.if_array()) {
        std::string all;
        for (const auto& item : *list) all += (all.empty() ? "" : ", ") + text_of(item);
        return all.empty() ? "none" : all;
    }
    return json::serialize(value);
}

std::string text_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value ? text_of(*value) : std::string{};
}

std::string size_of(const json::object& object) {
    const auto* size = object.if_contains("size");
    if (!size || !size->is_int64() || size->get_int64() < 0) return "?";
    const auto octets = static_cast<std::uint64_t>(size->get_int64());
    constexpr std::uint64_t kKi = 1'024;
    if (octets < kKi) return settings::size_text(octets);
    return octets < kKi * kKi ? std::to_string(octets / kKi) + " KiB"
                              : std::to_string(octets / kKi / kKi) + " MiB";
}

// "2 of 3 pending", and the last thing that a next hop said.
std::string state_of(const json::object& object) {
    const auto* list = object.if_contains("recipients");
    if (!list || !list->is_array()) return {};
    std::size_t pending = 0;
    std::string reply;
    for (const auto& recipient : list->get_array()) {
        const auto& details = recipient.as_object();
        if (text_of(details, "state") != "pending") continue;
        ++pending;
        if (reply.empty()) reply = text_of(details, "last_reply");
    }
    auto text = std::to_string(pending) + " of " + std::to_string(list->get_array().size());
    if (!reply.empty()) text += ": " + reply;
    return text;
}

// ", for sales@example.com": what the sender wrote, if that is another address.
std::string original_of(const json::object& recipient) {
    const auto original = text_of(recipient, "original");
    const auto address = original.substr(original.find(';') + 1);
    return address.empty() || address == text_of(recipient, "address") ? "" : ", for " + address;
}

Exit exit_of_number(const std::string& number) {
    if (number == "78") return Exit::settings;
    return number == "75" ? Exit::try_later : Exit::failed;
}

// "last reload: 2026-11-24T06:00:00Z, refused: …"
std::string last_reload_of(const json::object& status) {
    const auto* value = status.if_contains("last_reload");
    const auto* last = value ? value->if_object() : nullptr;
    if (!last) return {};
    const bool done = text_of(*last, "done") == "yes";
    return "last reload: " + short_time(text_of(*last, "time")) +
           (done ? ", done\n" : ", REFUSED: " + text_of(*last, "why") + "\n");
}

std::string certificates_of(const json::object& status) {
    const auto* list = status.if_contains("certificates");
    if (!list || !list->is_array()) return {};
    std::string text;
    for (const auto& certificate : list->get_array()) {
        const auto& details = certificate.as_object();
        text += "certificate: " + text_of(details, "names") + " (" + text_of(details, "kind") +
                "), until " + short_time(text_of(details, "not_after")) + "\n";
        const auto trouble = text_of(details, "trouble");
        if (!trouble.empty()) text += "             NOT RENEWED: " + trouble + "\n";
    }
    return text;
}

const json::object* limits_of(const json::object& account) {
    const auto* limits = account.if_contains("limits");
    return limits ? limits->if_object() : nullptr;
}

// "500/1h (its own)"
std::string limit_of(const json::object& limits, std::string_view name) {
    const auto* value = limits.if_contains(name);
    const auto* limit = value ? value->if_object() : nullptr;
    if (!limit) return "?";
    const bool own = text_of(*limit, "from") == "account";
    return text_of(*limit, "value") + (own ? " (its own)" : " (settings)");
}

std::string limits_lines(const json::object& account) {
    const auto* limits = limits_of(account);
    if (!limits) return {};
    return "\nmessages:   " + limit_of(*limits, "messages") +
           "\nrecipients: " + limit_of(*limits, "recipients") + "\none message: recipients " +
           limit_of(*limits, "message_recipients") + ", size " + limit_of(*limits, "message_size");
}

// "messages 500/1h, message_size 25 MiB": those that are not from the settings.
std::string own_limits(const json::object& account) {
    const auto* limits = limits_of(account);
    std::string text;
    for (const auto& member : limits ? *limits : json::object{}) {
        const auto* limit = member.value().if_object();
        if (!limit || text_of(*limit, "from") != "account") continue;
        text +=
            (text.empty() ? "" : ", ") + std::string{member.key()} + " " + text_of(*limit, "value");
    }
    return text.empty() ? "-" : text;
}

}  // namespace

std::string show_account(std::string_view account) {
    const auto object = object_of(account);
    auto text = "name:       " + text_of(object, "name") +
                "\nenabled:    " + text_of(object, "enabled") +
                "\nmay submit: " + text_of(object, "may_submit") +
                "\naddresses:  " + text_of(object, "addresses") +
                "\ngroups:     " + text_of(object, "groups") + "\npassword:   " +
                (text_of(object, "has_password") == "yes" ? "set" : "none: nobody can sign in") +
                limits_lines(object) + "\ncreated:    " + short_time(text_of(object, "created")) +
                "\nchanged:    " + short_time(text_of(object, "changed")) + "\n";
    if (object.contains("password")) {
        text += "\nPassword, shown once: " + text_of(object, "password") + "\n";
    }
    return text;
}

std::string show_message(std::string_view message) {
    const auto object = object_of(message);
    auto text = "queue id:   " + text_of(object, "queue_id") +
                "\nmessage id: " + text_of(object, "message_id") +
                "\naccount:    " + text_of(object, "account") + "\nsender:     <" +
                text_of(object, "sender") + ">\nsize:       " + size_of(object) +
                "\naccepted:   " + short_time(text_of(object, "accepted")) +
                "\nnext try:   " + short_time(text_of(object, "due")) +
                "\nstate:      " + text_of(object, "state") +
                "\nattempts:   " + text_of(object, "attempts") + "\n";
    const auto* recipients = object.if_contains("recipients");
    if (!recipients || !recipients->is_array()) return text;
    for (const auto& recipient : recipients->get_array()) {
        const auto& details = recipient.as_object();
        text += "recipient:  <" + text_of(details, "address") + "> " + text_of(details, "state") +
                original_of(details);
        if (text_of(details, "delay_notified") == "yes") text += ", sender told of the delay";
        const auto reply = text_of(details, "last_reply");
        text += reply.empty() ? "\n" : ": " + reply + "\n";
    }
    return text;
}

std::string show_status(std::string_view status) {
    const auto object = object_of(status);
    auto text = "state:       " + text_of(object, "state") + ", version " +
                text_of(object, "version") + ", since " + short_time(text_of(object, "started")) +
                "\nconnections: " + text_of(object, "connections") +
                "\nmessages:    " + text_of(object, "messages_accepted") + " accepted, " +
                text_of(object, "messages_delivered") +
                " delivered\npasswords:   " + text_of(object, "password_checks_waiting") +
                " waiting to be checked\n";
    if (object.contains("accounts_without_scram")) {
        text += "scram:       " + text_of(object, "accounts_without_scram") +
                " accounts have no verifier yet\n";
    }
    text += last_reload_of(object) + certificates_of(object);
    const auto* listeners = object.if_contains("listeners");
    if (!listeners || !listeners->is_array()) return text;
    for (const auto& listener : listeners->get_array()) {
        text += "listening:   " + text_of(listener) + "\n";
    }
    return text;
}

ShownReload read_reload(std::string_view reload) {
    const auto object = object_of(reload);
    ShownReload shown{.done = text_of(object, "done") == "yes", .exit = {}, .text = {}};
    shown.exit = exit_of_number(text_of(object, "exit"));
    if (const auto* text = object.if_contains("text"); text && text->is_string()) {
        shown.text = text->get_string();  // rendered: its line ends stay
        if (!shown.text.empty()) shown.text += '\n';
    }
    if (!shown.done) {
        shown.text += "The old settings stay in force.\n";
        return shown;
    }
    const auto* changes = object.if_contains("changes");
    if (!changes || !changes->is_array() || changes->get_array().empty()) {
        shown.text += "No setting has changed; certificates and secrets were read anew.\n";
        return shown;
    }
    for (const auto& change : changes->get_array()) {
        const auto& details = change.as_object();
        shown.text += text_of(details, "key") + ": " + text_of(details, "old") + " -> " +
                      text_of(details, "new");
        if (text_of(details, "after_restart") == "yes") {
            shown.text += "  (takes effect after a restart)";
        }
        shown.text += "\n";
    }
    return shown;
}

std::vector<std::string> account_row(std::string_view account) {
    const auto object = object_of(account);
    std::string state = text_of(object, "enabled") == "yes" ? "enabled" : "disabled";
    if (text_of(object, "may_submit") == "no") state += ", may not submit";
    if (text_of(object, "has_password") == "no") state += ", no password";
    return {text_of(object, "name"), state, text_of(object, "addresses"), text_of(object, "groups"),
            own_limits(object)};
}

std::vector<std::string> message_row(std::string_view message) {
    const auto object = object_of(message);
    return {text_of(object, "queue_id"),
            short_time(text_of(object, "accepted")),
            size_of(object),
            text_of(object, "state"),
            "<" + text_of(object, "sender") + ">",
            text_of(object, "attempts"),
            state_of(object)};
}

std::string shown_size(std::string_view object) { return size_of(object_of(object)); }
std::string shown_time(const std::string& time) { return short_time(time); }

std::string member_of(std::string_view object, std::string_view name) {
    return text_of(object_of(object), name);
}

Exit ask_and_show(const Invocation& invocation, Console& console, Secret request,
                  const Shown& shown) {
    const auto link = open_link(invocation, console, shown.reach);
    if (!link) return complain(link.error(), console);
    const auto done = (*link)->ask(std::move(request), [](std::string_view) {});
    if (!done) return complain(done.error(), console);
    if (invocation.json())
        console.out << *done << "\n";
    else if (shown.show)
        console.out << shown.show(*done);
    if (!invocation.quiet() && !invocation.json() && !shown.next.empty()) {
        console.err << "Next: signet " << shown.next << "\n";
    }
    return Exit::ok;
}

}  // namespace signet::cli
