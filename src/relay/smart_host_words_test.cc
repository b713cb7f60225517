#include "relay/smart_host_words.h"

#include <gmock/gmock.h>

namespace signet::relay {
namespace {

using testing::HasSubstr;

smtp::Reply said(int code, smtp::EnhancedStatus status, std::string text) {
    return smtp::reply(code, status, std::move(text));
}

TEST(SmartHostWords, each_reply_that_says_little_has_a_sentence) {
    struct Case {
        smtp::Reply reply;
        std::string_view token, password;
    };
    const std::string tail = " [AM0PR0 2026-11-28T12:00:00.000Z]";
    for (const auto& [reply, token, password] : std::vector<Case>{
             {said(535, {5, 7, 3}, "Authentication unsuccessful" + tail), "not for this service",
              ""},
             {said(535, {5, 7, 139},
                   "Authentication unsuccessful, SmtpClientAuthentication is disabled"),
              "Set-CASMailbox", "Set-CASMailbox"},
             {said(430, {4, 2, 0}, "STOREDRV; mailbox logon failure"), "Add-MailboxPermission",
              "Add-MailboxPermission"},
             {said(432, {4, 3, 2}, "STOREDRV.ClientSubmit; sender thread limit exceeded"),
              "connections = 3", "connections = 3"},
             {said(550, {5, 7, 30}, "Basic authentication is not supported for Client Submission."),
              "auth.oauth", "auth.oauth"},
             {said(554, {5, 2, 0},
                   "STOREDRV.Submission.Exception:SubmissionQuotaExceededException"),
              "in a day", "in a day"},
             {said(554, {5, 2, 0}, "STOREDRV.Submission.Exception:OtherException"), "", ""},
             {said(535, {5, 7, 8}, "Error: authentication failed"), "", ""},
             {said(550, {5, 7, 3}, "no"), "", ""},
             {smtp::reply(535, "no"), "", ""},
         }) {
        const auto by_token = words_for(reply, Proof::token);
        const auto by_password = words_for(reply, Proof::password);
        EXPECT_EQ(by_token.empty(), token.empty()) << reply.text();
        EXPECT_EQ(by_password.empty(), password.empty()) << reply.text();
        EXPECT_THAT(by_token, HasSubstr(token));
        EXPECT_THAT(by_password, HasSubstr(password));
    }
}

TEST(SmartHostWords, a_daily_limit_waits_and_other_refusals_are_final) {
    EXPECT_TRUE(only_waits(said(554, {5, 2, 0}, "x SubmissionQuotaExceededException; y")));
    EXPECT_FALSE(only_waits(said(554, {5, 2, 0}, "x OtherException; y")));
    EXPECT_FALSE(only_waits(said(550, {5, 2, 0}, "x SubmissionQuotaExceededException; y")));
    EXPECT_FALSE(only_waits(said(554, {5, 2, 252}, "SendAsDenied")));
}

}  // namespace
}  // namespace signet::relay
