// MAIL FROM must be an address of the login.
//
// RFC 6409 §6.1 lets a submission server refuse "if the address in MAIL FROM appears to have
// insufficient submission rights, or is not authorized with the authentication used", with 550 and
// X.7.1.  Without it every account may write as every other (VU#244112).
#include "base/text.h"
#include "policy/check.h"

#include <algorithm>

namespace signet::policy {
namespace {

// Enough to recognise an address by; both together stay below the 512 octets of a reply line
// (RFC 5321 §4.5.3.1.5).
constexpr std::size_t kAccountOctets = 96;
constexpr std::size_t kAddressOctets = 200;

// A reply is ASCII until SMTPUTF8 is offered.
std::string for_reply(std::string_view text, std::size_t limit) {
    std::string shown{text.substr(0, limit)};
    std::ranges::replace_if(shown, [](char c) { return c < ' ' || c > '~'; }, '?');
    return text.size() > limit ? shown + "..." : shown;
}

}  // namespace

Decision judge_sender_owned(const Facts& facts) {
    if (!facts.login) return Reject{530, "5.7.0", "Sign in before you send"};
    // RFC 8098 §3: a read receipt has the null reverse-path, and a mail program submits it.
    if (facts.sender.is_null()) return Pass{};
    if (facts.login->may_send_as(*facts.sender.mailbox)) return Pass{};
    return Reject{550, "5.7.1",
                  "You are signed in as " + for_reply(facts.login->account, kAccountOctets) +
                      " and may not send as " +
                      for_reply(facts.sender.mailbox->text(), kAddressOctets) +
                      "; ask the administrator to add that address"};
}

}  // namespace signet::policy
