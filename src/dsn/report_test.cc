#include "dsn/report.h"

#include "base/text.h"
#include "dsn/dsn_world.h"
#include "mail/header_scanner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::dsn {
namespace {

using queue::HandedTo;
using testing::HasSubstr;
using testing::Not;

TEST(Report, IsTheReportOfRfc3464) {
    const auto made =
        report_on(entry(), {failed(0, "550 5.1.1 No such user (mx.example.net)", "mx.example.net"),
                            delivered(1, HandedTo::mailbox), failed(2, "no mailbox of that name")});
    ASSERT_TRUE(made);
    EXPECT_EQ(made->content,
              "From: Mail delivery <MAILER-DAEMON@mail.example.com>\r\n"
              "To: <ann@example.com>\r\n"
              "Subject: Your message could not be delivered\r\n"
              "Date: Tue, 24 Nov 2026 07:00:00 +0000\r\n"
              "Message-ID: <01JV3N7Z5B3M8Q2R4T6V8X0Y1Z@mail.example.com>\r\n"
              "In-Reply-To: <1@example.com>\r\n"
              "Auto-Submitted: auto-replied\r\n"
              "MIME-Version: 1.0\r\n"
              "Content-Type: multipart/report; report-type=delivery-status;\r\n"
              "\tboundary=\"=_01JV3N7Z5B3M8Q2R4T6V8X0Y1Z\"\r\n"
              "\r\n"
              "--=_01JV3N7Z5B3M8Q2R4T6V8X0Y1Z\r\n"
              "Content-Type: text/plain; charset=us-ascii\r\n"
              "\r\n"
              "This is the mail server at mail.example.com.\r\n"
              "\r\n"
              "Your message was not delivered to:\r\n"
              "\r\n"
              "  bob@example.net\r\n"
              "    550 5.1.1 No such user (mx.example.net)\r\n"
              "\r\n"
              "  e@f\r\n"
              "    no mailbox of that name\r\n"
              "\r\n"
              "It will not be tried again.\r\n"
              "\r\n"
              "The header of your message is attached.\r\n"
              "\r\n"
              "--=_01JV3N7Z5B3M8Q2R4T6V8X0Y1Z\r\n"
              "Content-Type: message/delivery-status\r\n"
              "\r\n"
              "Reporting-MTA: dns; mail.example.com\r\n"
              "Arrival-Date: Tue, 24 Nov 2026 06:00:00 +0000\r\n"
              "\r\n"
              "Final-Recipient: rfc822; bob@example.net\r\n"
              "Action: failed\r\n"
              "Status: 5.1.1\r\n"
              "Remote-MTA: dns; mx.example.net\r\n"
              "Diagnostic-Code: smtp; 550 5.1.1 No such user (mx.example.net)\r\n"
              "Last-Attempt-Date: Tue, 24 Nov 2026 07:00:00 +0000\r\n"
              "\r\n"
              "Final-Recipient: rfc822; e@f\r\n"
              "Action: failed\r\n"
              "Status: 5.0.0\r\n"
              "Diagnostic-Code: x-signet; no mailbox of that name\r\n"
              "Last-Attempt-Date: Tue, 24 Nov 2026 07:00:00 +0000\r\n"
              "\r\n"
              "--=_01JV3N7Z5B3M8Q2R4T6V8X0Y1Z\r\n"
              "Content-Type: text/rfc822-headers\r\n"
              "\r\n"
              "Received: from a by b\r\n"
              "Subject: Hello\r\n"
              " there\r\n"
              "\r\n"
              "--=_01JV3N7Z5B3M8Q2R4T6V8X0Y1Z--\r\n");
}

TEST(Report, GoesToTheSenderWithTheNullReversePath) {
    const auto made = report_on(entry(), {failed(0, "550 no")});
    ASSERT_TRUE(made);
    EXPECT_TRUE(made->info.envelope.sender.is_null());
    ASSERT_EQ(made->info.envelope.recipients.size(), 1u);
    EXPECT_EQ(made->info.envelope.recipients[0].mailbox.text(), "ann@example.com");
    EXPECT_EQ(made->info.envelope.recipients[0].notify, mail::Notify{.asked = true}) << "NEVER";
    EXPECT_EQ(made->info.envelope.body, mail::Body::seven_bit);
    EXPECT_EQ(made->id, kReporter.id);
    EXPECT_EQ(made->info.origin(), queue::Origin::signet);
    EXPECT_EQ(made->info.accepted, kReporter.now);
    EXPECT_EQ(made->info.message_id, "<01JV3N7Z5B3M8Q2R4T6V8X0Y1Z@mail.example.com>");
}

TEST(Report, TellsAllThatOneTryBroughtInOneMessage) {
    auto asked = entry();
    asked.info.envelope.recipients[2].notify = {.asked = true, .success = true};
    const auto made =
        report_on(asked, {failed(0, "550 5.1.1 no", "mx"), delayed(1, "451 4.7.1 later", "mx"),
                          delivered(2, HandedTo::hop_without_dsn, "mx")});
    ASSERT_TRUE(made);
    EXPECT_THAT(made->content, HasSubstr("Subject: Your message could not be delivered\r\n"));
    EXPECT_THAT(made->content,
                HasSubstr("Your message was not delivered to:\r\n\r\n  bob@example.net\r\n"));
    EXPECT_THAT(
        made->content,
        HasSubstr("Your message could not be delivered yet to:\r\n\r\n  \"c d\"@example.org\r\n"));
    EXPECT_THAT(made->content, HasSubstr("that sends no reports, for:\r\n\r\n  e@f\r\n"));
    for (const auto* action : {"failed", "delayed", "relayed"}) {
        EXPECT_EQ(count(made->content, "\r\nAction: " + std::string{action} + "\r\n"), 1u);
    }
}

TEST(Report, HasTheSubjectOfTheWorst) {
    auto asked = entry();
    for (auto& one : asked.info.envelope.recipients) one.notify = {.asked = true, .success = true};
    const auto subject = [&](std::vector<queue::RecipientOutcome> outcomes) {
        const auto made = report_on(asked, outcomes);
        const auto begin = made->content.find("Subject: ") + 9;
        return made->content.substr(begin, made->content.find('\r', begin) - begin);
    };
    const auto late = delayed(0, "451 later");
    const auto on = delivered(1, HandedTo::hop_without_dsn),
               there = delivered(2, HandedTo::mailbox);
    EXPECT_EQ(subject({late, on, there}), "Your message is delayed");
    EXPECT_EQ(subject({on, there}), "Your message was passed on");
    EXPECT_EQ(subject({there}), "Your message was delivered");
}

TEST(Report, OfADelaySaysUntilWhenItIsTried) {
    const auto made = report_on(entry(), {delayed(0, "451 4.4.1 nobody answers")});
    ASSERT_TRUE(made);
    EXPECT_THAT(made->content,
                HasSubstr("  bob@example.net\r\n    451 4.4.1 nobody answers\r\n\r\n"
                          "It will be tried again until about Sun, 29 Nov 2026 06:00:00 +0000.\r\n"
                          "You need not send it again.\r\n"));
}

TEST(Report, OfASuccessDoesNotTellOfOurDisk) {
    auto asked = entry();
    asked.info.envelope.recipients[0].notify = {.asked = true, .success = true};
    const auto made = report_on(asked, {delivered(0, HandedTo::mailbox)});
    ASSERT_TRUE(made);
    EXPECT_THAT(made->content, Not(HasSubstr("/var/mail")));
}

TEST(Report, IsNotWrittenWhenThereIsNothingToTell) {
    EXPECT_FALSE(report_on(entry(), {}));
    EXPECT_FALSE(report_on(entry(), {delivered(0, HandedTo::mailbox)}));
}

// Decision 0143.
TEST(Report, security_26_IsNeverAboutAReportWhateverItsReversePath) {
    const std::vector outcomes{failed(0, "550 no")};
    const auto first = report_on(entry(), outcomes);
    ASSERT_TRUE(first);
    EXPECT_FALSE(report_on(entry(), outcomes, {first->content, true}));
    EXPECT_FALSE(report_on(entry(), outcomes, {"Auto-Submitted: auto-replied\r\n"}));
    EXPECT_TRUE(
        report_on(entry(), outcomes, {"A: b\r\n\r\nAuto-Submitted: auto-replied\r\n", true}))
        << "what the body says is only text";
}

TEST(Report, security_26_ListsEachFailedRecipientOnce) {
    const auto made = report_on(entry(), {failed(0, "550 first"), failed(0, "550 second"),
                                          delivered(1, HandedTo::mailbox)});
    ASSERT_TRUE(made);
    EXPECT_EQ(count(made->content, "Final-Recipient:"), 1u);
    EXPECT_EQ(count(made->content, "  bob@example.net\r\n"), 1u);
    EXPECT_THAT(made->content, HasSubstr("550 second\r\n"));
    EXPECT_THAT(made->content, Not(HasSubstr("example.org")));
}

// What another server says, or the sender's header holds, stays where it is put.
TEST(Report, security_04_AReplyCannotEndItsLineOrItsPart) {
    for (const std::string& reply :
         {std::string{"550 no\r\nTo: eve@example.com\r\n\r\n--=_01JV3N7Z5B3M8Q2R4T6V8X0Y1Z--"},
          std::string{"550 a\0b", 7}, std::string{"550 \xC3\xA4\x1B[2J"},
          "550 " + std::string(5'000, 'x'), "550 " + std::string(5'000, ' ')}) {
        auto one = entry();
        one.info.message_id = "<a>\r\nTo: <eve@example.com>";
        const auto made = report_on(one, {failed(0, reply, reply)});
        ASSERT_TRUE(made);
        EXPECT_EQ(count(made->content, "\r\n--=_"), 4u);
        EXPECT_THAT(made->content, Not(HasSubstr("\r\nTo: eve")));
        EXPECT_THAT(made->content, Not(HasSubstr("\r\nTo: <eve")));
        for (auto line : split(made->content, '\n')) {
            EXPECT_LE(line.size(), 1'100u);
            EXPECT_TRUE(line.empty() || line.ends_with('\r'));
            for (const char c : trim(line, "\r")) EXPECT_TRUE((c >= ' ' && c <= '~') || c == '\t');
        }
    }
}

TEST(Report, ChoosesABoundaryThatTheHeaderDoesNotHold) {
    const auto header = "X: a\r\nY:\r\n --=_" + kReporter.id + "--\r\n";
    const auto made = report_on(entry(), {failed(0, "550 no")}, {header});
    ASSERT_TRUE(made);
    EXPECT_THAT(made->content, HasSubstr("boundary=\"=_" + kReporter.id + "_\"\r\n"));
    EXPECT_THAT(made->content, HasSubstr(header));
}

TEST(Report, ReturnsABoundedHeaderInWholeFields) {
    const std::vector no{failed(0, "550 no")};
    std::string header;
    while (header.size() < (200u << 10)) header += "X-Long: " + std::string(900, 'x') + "\r\n";
    const auto made = report_on(entry(), no, {header});
    ASSERT_TRUE(made);
    EXPECT_LT(made->content.size(), 36u << 10);
    EXPECT_GT(made->content.size(), 30u << 10);
    EXPECT_THAT(made->content, HasSubstr("xxx\r\n\r\n--=_"));

    EXPECT_THAT(report_on(entry(), no, {})->content,
                HasSubstr("text/rfc822-headers\r\n\r\n\r\n--"));
    EXPECT_THAT(report_on(entry(), no, {"A: 1\r\nB: torn"})->content, HasSubstr("A: 1\r\n\r\n--"));
}

// RFC 3461 §4.3: the whole message only for a failure; to a stranger never; and within a bound.
TEST(Report, ReturnsTheMessageWhereThatWasAskedAndSomebodyFailed) {
    auto full = entry();
    full.info.envelope.ret = mail::Return::full;
    full.content_octets = 64u << 10;
    const std::vector no{failed(0, "550 no")}, late{delayed(0, "451 later")};
    EXPECT_TRUE(returns_whole(full, told(full, no)));
    EXPECT_FALSE(returns_whole(full, told(full, late)));
    auto one = full;
    ++one.content_octets;
    EXPECT_FALSE(returns_whole(one, told(one, no)));
    one = full;
    one.info.account.clear();
    EXPECT_FALSE(returns_whole(one, told(one, no))) << "a stranger";
    one = full;
    for (const auto ret : {mail::Return::headers, mail::Return::unsaid}) {
        one.info.envelope.ret = ret;
        EXPECT_FALSE(returns_whole(one, told(one, no)));
    }
    const auto made = report_on(full, no, {"A: b\r\n\r\nhello\r\n", true});
    ASSERT_TRUE(made);
    EXPECT_THAT(made->content,
                HasSubstr("Content-Type: message/rfc822\r\n\r\nA: b\r\n\r\nhello\r\n\r\n--=_"));
    EXPECT_THAT(made->content, HasSubstr("Your message is attached."));
}

bool is_seven_bit(const queue::Report& report) {
    return mail::is_ascii(report.content) && report.info.envelope.body == mail::Body::seven_bit &&
           !report.info.envelope.smtputf8;
}

// Decision 0144: a report that needs 8BITMIME might be refused, and nobody would hear of it.
TEST(Report, IsSevenBitWhereMimeLetsItBe) {
    auto utf8 = entry();
    utf8.info.envelope.smtputf8 = true;
    utf8.info.envelope.recipients[0].mailbox = {"j\u00FCrgen", "example.net"};
    const std::vector no{failed(0, "553 5.6.7 no")};
    const Returned header{"Subject: gr\u00FC\u00DFe\r\n"};
    const Returned whole{"Subject: gr\u00FC\u00DFe\r\n\r\nx\r\n", true};

    const auto latin = report_on(entry(), no, header);
    EXPECT_TRUE(is_seven_bit(*latin));
    EXPECT_THAT(latin->content, HasSubstr("Content-Type: text/rfc822-headers\r\n"
                                          "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
                                          "Subject: gr=C3=BC=C3=9Fe\r\n"));
    const auto headers = report_on(utf8, no, header);
    EXPECT_TRUE(is_seven_bit(*headers));
    EXPECT_THAT(headers->content, HasSubstr("text/plain; charset=utf-8\r\n"));
    EXPECT_THAT(headers->content, HasSubstr("  j=C3=BCrgen@example.net\r\n"));
    EXPECT_THAT(headers->content,
                HasSubstr("Final-Recipient: utf-8; j\\x{FC}rgen@example.net\r\n"));
    EXPECT_THAT(headers->content, HasSubstr("Content-Type: message/global-headers\r\n"));
    const auto global = report_on(utf8, no, whole);
    EXPECT_TRUE(is_seven_bit(*global));
    EXPECT_THAT(global->content, HasSubstr("Content-Type: message/global\r\n"));

    // RFC 2046 §5.2.1
    const auto rfc822 = report_on(entry(), no, whole);
    EXPECT_EQ(rfc822->info.envelope.body, mail::Body::eight_bit_mime);
    EXPECT_THAT(rfc822->content,
                HasSubstr("message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n"));
}

// RFC 6533 §4: it has to go by SMTPUTF8 anyway.
TEST(Report, ToAnAddressThatIsNotAsciiIsInUtf8) {
    auto utf8 = entry();
    auto& envelope = utf8.info.envelope;
    envelope.smtputf8 = true;
    envelope.sender.mailbox = mail::Mailbox{"j\u00FCrgen", "example.com"};
    envelope.recipients[0].mailbox = {"\u7528\u6237", "example.net"};
    const auto made =
        report_on(utf8, {failed(0, "553 5.6.7 no")}, {"Subject: gr\u00FC\u00DFe\r\n"});
    ASSERT_TRUE(made);
    EXPECT_TRUE(made->info.envelope.smtputf8);
    EXPECT_EQ(made->info.envelope.body, mail::Body::eight_bit_mime);
    EXPECT_THAT(made->content, HasSubstr("To: <j\u00FCrgen@example.com>\r\n"));
    EXPECT_THAT(made->content, HasSubstr("multipart/report; report-type=global-delivery-status;"));
    EXPECT_THAT(made->content, HasSubstr("Content-Type: message/global-delivery-status\r\n"
                                         "Content-Transfer-Encoding: 8bit\r\n"));
    EXPECT_THAT(made->content, HasSubstr("Final-Recipient: utf-8; \u7528\u6237@example.net\r\n"));
    EXPECT_THAT(made->content, HasSubstr("Content-Type: message/global-headers\r\n"
                                         "Content-Transfer-Encoding: 8bit\r\n\r\n"
                                         "Subject: gr\u00FC\u00DFe\r\n"));
}

TEST(Report, HasAHeaderThatAScannerReads) {
    const auto made = report_on(entry(), {failed(1, "550 no")});
    ASSERT_TRUE(made);
    mail::HeaderScanner scanner;
    ASSERT_TRUE(scanner.feed(made->content));
    ASSERT_TRUE(scanner.complete());
    EXPECT_EQ(scanner.octets_added(), 0u);
    EXPECT_EQ(scanner.header().find("Auto-Submitted")->value(), "auto-replied");
    EXPECT_TRUE(is_automatic(scanner.header().block()));
}

// The sender of a message to an alias has never seen the address that failed.
TEST(Report, NamesWhatTheSenderWrote) {
    auto one = entry();
    one.info.envelope.recipients[0].original = "rfc822;sales@example.com";
    one.info.envelope.recipients[2].original = "RFC822;E@F";
    const auto made = report_on(one, {failed(0, "550 no"), failed(2, "550 no")});
    ASSERT_TRUE(made);
    EXPECT_EQ(count(made->content, "\r\n  bob@example.net, for sales@example.com\r\n"), 1u);
    EXPECT_EQ(count(made->content, "\r\n  e@f\r\n"), 1u);
    one.info.envelope.recipients[0].original = "x400;/S=bob/";
    EXPECT_EQ(count(report_on(one, {failed(0, "550 no")})->content, ", for "), 0u);
    one.info.envelope.recipients[0].original = ";";
    EXPECT_EQ(count(report_on(one, {failed(0, "550 no")})->content, ", for "), 0u);
}

}  // namespace
}  // namespace signet::dsn
