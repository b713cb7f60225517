#include "policy/owned_field.h"

#include "policy/words.h"

namespace signet::policy {
namespace {

// RFC 3463 §3.7: X.6.0, the content is at fault.
Reject unreadable(std::string_view name, std::string text) {
    return {550, "5.6.0", "The " + std::string{name} + " field cannot be used: " + std::move(text)};
}

}  // namespace

Decision judge_owned_field(const Facts& facts, std::string_view name, const AddressField& field) {
    if (field.fields == 0) return Pass{};
    if (field.fault) return unreadable(name, std::string{what_is_wrong(*field.fault)});
    // RFC 6854 allows a group without members; nobody can be asked whether they sent it.
    if (field.mailboxes.empty()) return unreadable(name, "it names nobody");
    for (const auto& one : field.mailboxes) {
        if (one.disputed) {
            return unreadable(
                name, shown(one.mailbox) + " is written in a way that programs read differently");
        }
        if (facts.login->may_send_as(one.mailbox)) continue;
        return Reject{550, "5.7.1",
                      who(*facts.login) + " and may not send with " + shown(one.mailbox) + " in " +
                          std::string{name} + "; ask the administrator to add that address"};
    }
    return Pass{};
}

}  // namespace signet::policy
