#include "dsn/status_fields.h"

#include "dsn/dsn_world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::dsn {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string fields(const queue::RecipientOutcome& outcome, bool utf8 = false) {
    static const auto one = entry();
    return recipient_fields({&one.info.envelope.recipients[outcome.recipient], Action::failed,
                             outcome.reply, outcome.remote_mta},
                            kReporter, utf8);
}

std::string fields(Action action, std::string reply, std::string remote_mta = {}) {
    static const auto one = entry();
    return recipient_fields(
        {&one.info.envelope.recipients[0], action, std::move(reply), std::move(remote_mta)},
        kReporter, false);
}

TEST(StatusFields, OfAMessageAreThoseOfTheRfc) {
    auto one = entry();
    EXPECT_EQ(message_fields(one, kReporter),
              "Reporting-MTA: dns; mail.example.com\r\n"
              "Arrival-Date: Tue, 24 Nov 2026 06:00:00 +0000\r\n");
    one.info.envelope.envid = "QQ 314159";
    EXPECT_THAT(message_fields(one, kReporter),
                StartsWith("Original-Envelope-Id: QQ 314159\r\nReporting-MTA:"));
}

TEST(StatusFields, OfARecipientAreThoseOfTheRfcForEachAction) {
    EXPECT_EQ(fields(Action::failed, "550 5.1.1 no such user", "mx.example.net"),
              "Final-Recipient: rfc822; bob@example.net\r\n"
              "Action: failed\r\n"
              "Status: 5.1.1\r\n"
              "Remote-MTA: dns; mx.example.net\r\n"
              "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
              "Last-Attempt-Date: Tue, 24 Nov 2026 07:00:00 +0000\r\n");
    EXPECT_EQ(fields(Action::delayed, "451 4.4.1 nobody answers"),
              "Final-Recipient: rfc822; bob@example.net\r\n"
              "Action: delayed\r\n"
              "Status: 4.4.1\r\n"
              "Diagnostic-Code: x-signet; 451 4.4.1 nobody answers\r\n"
              "Last-Attempt-Date: Tue, 24 Nov 2026 07:00:00 +0000\r\n"
              "Will-Retry-Until: Sun, 29 Nov 2026 06:00:00 +0000\r\n");
    EXPECT_EQ(fields(Action::relayed, "250 2.1.5 ok", "mx.example.net"),
              "Final-Recipient: rfc822; bob@example.net\r\n"
              "Action: relayed\r\n"
              "Status: 2.1.5\r\n"
              "Remote-MTA: dns; mx.example.net\r\n"
              "Last-Attempt-Date: Tue, 24 Nov 2026 07:00:00 +0000\r\n");
    EXPECT_EQ(fields(Action::delivered, "250 2.0.0 /var/mail/bob/1"),
              "Final-Recipient: rfc822; bob@example.net\r\n"
              "Action: delivered\r\n"
              "Status: 2.0.0\r\n"
              "Last-Attempt-Date: Tue, 24 Nov 2026 07:00:00 +0000\r\n");
}

// RFC 3464 §2.3.4, RFC 3463 §2: the class is that of the action.
TEST(StatusFields, TheStatusIsTakenFromTheReply) {
    struct Case {
        Action action;
        std::string reply, status;
    };
    const Case cases[] = {
        {Action::failed, "550 5.1.1 no", "5.1.1"},
        {Action::failed, "550 no", "5.0.0"},
        {Action::failed, "451 4.7.1 greylisted", "4.7.1"},
        {Action::failed, "451 later", "4.0.0"},
        {Action::failed, "550", "5.0.0"},
        {Action::failed, "550 5.1 no", "5.0.0"},
        {Action::failed, "550 2.0.0 odd", "5.0.0"},
        {Action::failed, "", "5.0.0"},
        {Action::failed, "5501 x", "5.0.0"},
        {Action::failed, "connection lost", "5.0.0"},
        {Action::failed, "550 5.7.26", "5.7.26"},
        {Action::delayed, "451 4.7.1 greylisted", "4.7.1"},
        {Action::delayed, "554 5.7.1 not you", "4.7.1"},
        {Action::delayed, "421 busy", "4.0.0"},
        {Action::delayed, "", "4.0.0"},
        {Action::relayed, "250 ok", "2.0.0"},
        {Action::relayed, "250 2.6.0 ok", "2.6.0"},
        {Action::delivered, "250 5.1.1 odd", "2.0.0"},
    };
    for (const auto& c : cases) {
        EXPECT_THAT(fields(c.action, c.reply), HasSubstr("\r\nStatus: " + c.status + "\r\n"))
            << c.reply;
    }
}

// RFC 3464 §2.1.2: an address literal stands in brackets.
TEST(StatusFields, AnExchangerIsNamedByItsNameOrItsAddress) {
    const std::pair<std::string, std::string> cases[] = {{"mx.example.net", "mx.example.net"},
                                                         {"192.0.2.1", "[192.0.2.1]"},
                                                         {"2001:db8::1", "[2001:db8::1]"},
                                                         {"[192.0.2.1]", "[192.0.2.1]"}};
    for (const auto& [host, named] : cases) {
        EXPECT_THAT(fields(Action::failed, "550 no", host),
                    HasSubstr("\r\nRemote-MTA: dns; " + named + "\r\n"));
    }
    EXPECT_THAT(fields(failed(0, "550 our own words")), Not(HasSubstr("Remote-MTA")));
}

TEST(StatusFields, ARecipientIsNamedAsTheSenderKnowsIt) {
    auto one = entry();
    one.info.envelope.recipients[1].original = "rfc822;Carol+x@Ivory.EDU";
    EXPECT_THAT(recipient_fields({&one.info.envelope.recipients[1]}, kReporter, false),
                StartsWith("Original-Recipient: rfc822;Carol+x@Ivory.EDU\r\n"
                           "Final-Recipient: rfc822; \"c d\"@example.org\r\n"));
    const mail::Recipient postmaster{{"Postmaster", ""}};
    EXPECT_THAT(recipient_fields({&postmaster}, kReporter, false),
                StartsWith("Final-Recipient: rfc822; Postmaster@mail.example.com\r\n"));
}

// RFC 6533 §3, §4.
TEST(StatusFields, AnAddressThatIsNotAsciiIsWrittenInAsciiUnlessTheReportTakesUtf8) {
    const mail::Recipient recipient{.mailbox = {"j\u00FCrgen", "xn--bcher-kva.example"},
                                    .original = "utf-8;J\u00DCRGEN@b"};
    EXPECT_THAT(recipient_fields({&recipient}, kReporter, false),
                StartsWith("Original-Recipient: utf-8;J\\x{DC}RGEN@b\r\n"
                           "Final-Recipient: utf-8; j\\x{FC}rgen@xn--bcher-kva.example\r\n"));
    EXPECT_THAT(recipient_fields({&recipient}, kReporter, true),
                StartsWith("Original-Recipient: utf-8;J\u00DCRGEN@b\r\n"
                           "Final-Recipient: utf-8; j\u00FCrgen@xn--bcher-kva.example\r\n"));
}

}  // namespace
}  // namespace signet::dsn
