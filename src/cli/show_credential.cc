#include "cli/show_credential.h"

#include "cli/show.h"

#include <boost/json.hpp>

namespace signet::cli {
namespace {

namespace json = boost::json;

// Whatever the value, as a text: a list with commas.
std::string plain(const json::value& value) {
    if (const auto* text = value.if_string()) return std::string{*text};
    const auto* list = value.if_array();
    if (!list) return json::serialize(value);
    std::string all;
    for (const auto& one : *list) all += (all.empty() ? "" : ", ") + plain(one);
    return all;
}

std::string restrictions_of(const json::object& credential) {
    const auto* policy = credential.if_contains("policy");
    const auto* members = policy ? policy->if_object() : nullptr;
    std::string text;
    for (const auto& member : members ? *members : json::object{}) {
        text +=
            (text.empty() ? "" : "; ") + std::string{member.key()} + " " + plain(member.value());
    }
    return text.empty() ? "-" : text;
}

std::string last_use_of(const json::object& credential) {
    const auto* use = credential.if_contains("last_use");
    const auto* members = use ? use->if_object() : nullptr;
    if (!members) return "never";
    return shown_time(plain(members->at("time"))) + " " + plain(members->at("client")) + " " +
           plain(members->at("mechanism"));
}

std::string time_or(const json::value& value, std::string none) {
    return value.is_string() ? shown_time(plain(value)) : std::move(none);
}

}  // namespace

std::string show_credential(std::string_view credential) {
    const auto object = json::parse(credential).as_object();
    auto text =
        "id:        " + plain(object.at("id")) + "\ntype:      " + plain(object.at("type")) +
        "\nlabel:     " + plain(object.at("label")) + "\nstate:     " + plain(object.at("state")) +
        "\nproofs:    " + plain(object.at("proofs")) + "\nmay:       " + restrictions_of(object) +
        "\ncreated:   " + time_or(object.at("created"), "") +
        "\nexpires:   " + time_or(object.at("expires"), "never") +
        "\nlast used: " + last_use_of(object) + "\n";
    if (const auto* subject = object.if_contains("subject")) {
        text += "subject:   " + plain(*subject) + "\n";
    }
    if (const auto* password = object.if_contains("password")) {
        text += "\nPassword, shown once: " + plain(*password) + "\n";
    }
    return text;
}

std::vector<std::string> credential_row(std::string_view credential) {
    const auto object = json::parse(credential).as_object();
    return {plain(object.at("id")),    plain(object.at("type")), plain(object.at("label")),
            plain(object.at("state")), last_use_of(object),      restrictions_of(object)};
}

}  // namespace signet::cli
