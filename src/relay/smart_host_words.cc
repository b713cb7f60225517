#include "relay/smart_host_words.h"

#include <algorithm>

namespace signet::relay {
namespace {

struct Words {
    int code;
    smtp::EnhancedStatus status;
    bool any_proof;  // or a token alone
    std::string_view text;
};

// https://learn.microsoft.com/exchange/mail-flow-best-practices/how-to-set-up-a-multifunction-device-or-application-to-send-email-using-microsoft-365-or-office-365
// https://learn.microsoft.com/exchange/troubleshoot/email-delivery/fix-issues-with-printers-scanners-and-lob-applications-that-send-email-using-off
constexpr Words kWords[] = {
    {535,
     {5, 7, 3},
     false,
     "the token is not for this service, or the application has no rights on the mailbox: "
     "`signet route test` says which"},
    {535,
     {5, 7, 139},
     true,
     "authenticated SMTP is switched off for the mailbox (Set-CASMailbox "
     "-SmtpClientAuthenticationDisabled $false) or the tenant (Set-TransportConfig), or security "
     "defaults block it"},
    {430,
     {4, 2, 0},
     true,
     "the application has no rights on the mailbox (Add-MailboxPermission -AccessRights "
     "FullAccess), or the mailbox cannot be opened"},
    {432,
     {4, 3, 2},
     true,
     "more than three connections to one mailbox: connections = 3 for the route"},
    {550,
     {5, 7, 30},
     true,
     "passwords are no longer taken there: sign in with access tokens (auth.oauth)"},
};

constexpr std::string_view kQuota = "SubmissionQuotaExceeded";

bool names(const smtp::Reply& reply, std::string_view word) {
    return std::ranges::any_of(reply.lines, [&](const auto& line) { return line.contains(word); });
}

}  // namespace

bool only_waits(const smtp::Reply& reply) {
    return reply.code == 554 && reply.status == smtp::EnhancedStatus{5, 2, 0} &&
           names(reply, kQuota);
}

std::string_view words_for(const smtp::Reply& reply, Proof proof) {
    if (only_waits(reply)) return "the mailbox has sent what it may in a day: the mail waits";
    const auto found = std::ranges::find_if(kWords, [&](const Words& one) {
        return one.code == reply.code && one.status == reply.status &&
               (one.any_proof || proof == Proof::token);
    });
    return found == std::end(kWords) ? std::string_view{} : found->text;
}

}  // namespace signet::relay
