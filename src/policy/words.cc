#include "policy/words.h"

#include <algorithm>
#include <utility>

namespace signet::policy {
namespace {

// Enough to recognise them by; account and address fit one line together with a sentence.
constexpr std::size_t kAccountOctets = 96;
constexpr std::size_t kAddressOctets = 200;

}  // namespace

// A reply is ASCII until the client has said SMTPUTF8 (RFC 6531 §3.7.4.1), and then may be.
std::string shown(std::string_view text, std::size_t limit_octets) {
    std::string ascii{text.substr(0, limit_octets)};
    std::ranges::replace_if(ascii, [](char c) { return c < ' ' || c > '~'; }, '?');
    return text.size() > limit_octets ? ascii + "..." : ascii;
}

std::string shown(const mail::Mailbox& mailbox) { return shown(mailbox.text(), kAddressOctets); }

std::string who(const identity::Login& login) {
    const auto account = shown(login.account, kAccountOctets);
    if (login.is_network()) return "Your network is trusted as " + account;
    return (login.actor ? "You act as " : "You are signed in as ") + account;
}

std::string_view what_is_wrong(mail::AddressListFault fault) {
    using enum mail::AddressListFault;
    switch (fault) {
    case syntax: return "it is not a list of addresses";
    case unclosed_quote: return "a quote in it has no end";
    case unclosed_comment: return "a parenthesis in it has no counterpart";
    case bad_address: return "an address in it is not one";
    case encoded_address: return "an address in it is an encoded word (RFC 2047 section 5)";
    case bare_newline: return "it holds a line end that is no fold";
    case control: return "it holds a control character";
    case bad_utf8: return "it holds octets that are not UTF-8";
    case too_many: return "it names too many addresses";
    case too_long: return "it is too long";
    case too_deep: return "its comments are nested too deep";
    }
    std::unreachable();
}

}  // namespace signet::policy
