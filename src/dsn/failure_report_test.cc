#include "dsn/failure_report.h"

#include "mail/header_scanner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::dsn {
namespace {

using testing::HasSubstr;
using testing::Not;
using Kind = queue::RecipientOutcome::Kind;

const WallTime kAccepted{std::chrono::seconds{1'795'500'000}};
const Reporter kReporter{"mail.example.com", kAccepted + std::chrono::hours{1},
                         "01JV3N7Z5B3M8Q2R4T6V8X0Y1Z"};
constexpr std::string_view kHeader = "Received: from a by b\r\nSubject: Hello\r\n there\r\n";

queue::Entry entry() {
    queue::Entry entry;
    entry.id = "01JV000000000000000000000A";
    entry.info.envelope.sender.mailbox = mail::Mailbox{"ann", "example.com"};
    entry.info.envelope.recipients = {
        {{"bob", "example.net"}}, {{"c d", "example.org"}}, {{"e", "f"}}};
    entry.info.accepted = kAccepted;
    return entry;
}

std::optional<queue::Report> report(std::vector<queue::RecipientOutcome> outcomes,
                                    std::string_view header = kHeader) {
    return failure_report(entry(), outcomes, {std::string{header}}, kReporter);
}

std::size_t count(std::string_view text, std::string_view of) {
    std::size_t found = 0;
    for (auto at = text.find(of); at != text.npos; at = text.find(of, at + 1)) ++found;
    return found;
}

TEST(FailureReport, is_the_report_of_rfc_3464) {
    const auto made = report({{0, Kind::failed, "550 5.1.1 No such user (mx.example.net)"},
                              {1, Kind::delivered, "250 ok"},
                              {2, Kind::failed, "no mailbox of that name"}});
    ASSERT_TRUE(made);
    EXPECT_EQ(made->content,
              "From: Mail delivery <MAILER-DAEMON@mail.example.com>\r\n"
              "To: <ann@example.com>\r\n"
              "Subject: Your message could not be delivered\r\n"
              "Date: Tue, 24 Nov 2026 07:00:00 +0000\r\n"
              "Message-ID: <01JV3N7Z5B3M8Q2R4T6V8X0Y1Z@mail.example.com>\r\n"
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
              "It will not be tried again.  The header of your message is attached.\r\n"
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

TEST(FailureReport, goes_to_the_sender_with_the_null_reverse_path) {
    const auto made = report({{0, Kind::failed, "550 no"}});
    ASSERT_TRUE(made);
    EXPECT_TRUE(made->info.envelope.sender.is_null());
    ASSERT_EQ(made->info.envelope.recipients.size(), 1u);
    EXPECT_EQ(made->info.envelope.recipients[0].mailbox.text(), "ann@example.com");
    EXPECT_EQ(made->info.envelope.body, mail::Body::seven_bit);
    EXPECT_EQ(made->id, kReporter.id);
    EXPECT_EQ(made->info.account, "");
    EXPECT_EQ(made->info.accepted, kReporter.now);
    EXPECT_EQ(made->info.message_id, "<01JV3N7Z5B3M8Q2R4T6V8X0Y1Z@mail.example.com>");
}

TEST(FailureReport, is_not_written_when_nothing_failed) {
    EXPECT_FALSE(report({}));
    EXPECT_FALSE(report({{0, Kind::delivered, "250"}, {1, Kind::deferred, "451"}}));
    EXPECT_FALSE(report({{7, Kind::failed, "550 there is no eighth recipient"}}));
}

TEST(FailureReport, security_26_is_never_about_a_report) {
    auto without_sender = entry();
    without_sender.info.envelope.sender = {};
    const std::vector<queue::RecipientOutcome> failed = {{0, Kind::failed, "550 no"}};
    EXPECT_FALSE(failure_report(without_sender, failed, {std::string{kHeader}}, kReporter));

    const auto first = report(failed);
    ASSERT_TRUE(first);
    queue::Entry of_report;
    of_report.info = first->info;
    EXPECT_FALSE(failure_report(of_report, failed, {std::string{kHeader}}, kReporter));
}

TEST(FailureReport, security_26_lists_each_failed_recipient_once) {
    const auto made = report({{0, Kind::failed, "550 first"},
                              {0, Kind::failed, "550 second"},
                              {1, Kind::failed, "550 no"},
                              {1, Kind::deferred, "451 later after all"}});
    ASSERT_TRUE(made);
    EXPECT_EQ(count(made->content, "Final-Recipient:"), 1u);
    EXPECT_EQ(count(made->content, "  bob@example.net\r\n"), 1u);
    EXPECT_THAT(made->content, HasSubstr("smtp; 550 second\r\n"));
    EXPECT_THAT(made->content, Not(HasSubstr("example.org")));
}

TEST(FailureReport, takes_the_status_from_the_reply) {
    struct Case {
        std::string reply, status;
    };
    const Case cases[] = {
        {"550 5.1.1 no", "5.1.1"},
        {"550 no", "5.0.0"},
        {"451 4.7.1 greylisted", "4.7.1"},
        {"451 later", "4.0.0"},
        {"550", "5.0.0"},
        {"550 5.1 no", "5.0.0"},
        {"550 2.0.0 odd", "5.0.0"},
        {"", "5.0.0"},
        {"5501 x", "5.0.0"},
        {"connection lost", "5.0.0"},
        {"550 5.7.26", "5.7.26"},
    };
    for (const auto& c : cases) {
        EXPECT_THAT(report({{0, Kind::failed, c.reply}})->content,
                    HasSubstr("\r\nStatus: " + c.status + "\r\n"))
            << c.reply;
    }
}

// What another server says, or the sender's header holds, stays where it is put.
TEST(FailureReport, security_04_a_reply_cannot_end_its_line_or_its_part) {
    for (const std::string& reply :
         {std::string{"550 no\r\nTo: eve@example.com\r\n\r\n--=_01JV3N7Z5B3M8Q2R4T6V8X0Y1Z--"},
          std::string{"550 a\0b", 7}, std::string{"550 \xC3\xA4\x1B[2J"},
          "550 " + std::string(5'000, 'x'), "550 " + std::string(5'000, ' ')}) {
        const auto made = report({{0, Kind::failed, reply}});
        ASSERT_TRUE(made);
        EXPECT_EQ(count(made->content, "\r\n--=_"), 4u);
        EXPECT_THAT(made->content, Not(HasSubstr("\r\nTo: eve")));
        for (auto line : split(made->content, '\n')) {
            EXPECT_LE(line.size(), 999u);
            EXPECT_TRUE(line.empty() || line.ends_with('\r'));
            for (const char c : trim(line, "\r")) EXPECT_TRUE((c >= ' ' && c <= '~') || c == '\t');
        }
    }
}

TEST(FailureReport, chooses_a_boundary_that_the_header_does_not_hold) {
    const auto header = "X: a\r\nY:\r\n --=_" + kReporter.id + "--\r\n";
    const auto made = report({{0, Kind::failed, "550 no"}}, header);
    ASSERT_TRUE(made);
    EXPECT_THAT(made->content, HasSubstr("boundary=\"=_" + kReporter.id + "_\"\r\n"));
    EXPECT_THAT(made->content, HasSubstr(header));
}

TEST(FailureReport, returns_a_bounded_header_in_whole_fields) {
    std::string header;
    while (header.size() < (200u << 10)) header += "X-Long: " + std::string(900, 'x') + "\r\n";
    const auto made = report({{0, Kind::failed, "550 no"}}, header);
    ASSERT_TRUE(made);
    EXPECT_LT(made->content.size(), 36u << 10);
    EXPECT_GT(made->content.size(), 30u << 10);
    EXPECT_THAT(made->content, HasSubstr("xxx\r\n\r\n--=_"));

    EXPECT_THAT(report({{0, Kind::failed, "550 no"}}, "")->content,
                HasSubstr("text/rfc822-headers\r\n\r\n\r\n--"));
    EXPECT_THAT(report({{0, Kind::failed, "550 no"}}, "A: 1\r\nB: torn")->content,
                HasSubstr("A: 1\r\n\r\n--"));
}

TEST(FailureReport, says_so_when_the_header_has_eight_bit_octets) {
    const auto made = report({{0, Kind::failed, "550 no"}}, "Subject: \xC3\xA4\r\n");
    ASSERT_TRUE(made);
    EXPECT_EQ(made->info.envelope.body, mail::Body::eight_bit_mime);
    EXPECT_THAT(made->content,
                HasSubstr("Content-Transfer-Encoding: 8bit\r\n\r\nSubject: \xC3\xA4"));
}

// RFC 3461 §4.1, §4.2, §4.4; RFC 3464 §2.2.1, §2.3.1.
TEST(FailureReport, is_what_the_sender_asked_for) {
    auto asked = entry();
    auto& envelope = asked.info.envelope;
    envelope.envid = "QQ 314159";
    envelope.recipients[0].notify = {.asked = true};  // NEVER
    envelope.recipients[1].notify = {.asked = true, .failure = true};
    envelope.recipients[1].original = "rfc822;Carol+x@Ivory.EDU";
    envelope.recipients[2].notify = {.asked = true, .success = true};
    std::vector<queue::RecipientOutcome> failed;
    for (std::size_t i = 0; i < 3; ++i) failed.push_back({i, Kind::failed, "550 5.1.1 no"});
    const auto made = failure_report(asked, failed, {std::string{kHeader}}, kReporter);
    ASSERT_TRUE(made);
    EXPECT_THAT(made->content, HasSubstr("\r\nOriginal-Envelope-Id: QQ 314159\r\n"));
    EXPECT_THAT(made->content, HasSubstr("\r\n\r\nOriginal-Recipient: rfc822;Carol+x@Ivory.EDU\r\n"
                                         "Final-Recipient: rfc822; \"c d\"@example.org\r\n"));
    EXPECT_EQ(count(made->content, "Final-Recipient:"), 1u);

    failed = {{0, Kind::failed, "550 no"}, {2, Kind::failed, "550 no"}};
    EXPECT_FALSE(failure_report(asked, failed, {std::string{kHeader}}, kReporter));
}

TEST(FailureReport, returns_the_message_where_that_was_asked) {
    const std::vector<queue::RecipientOutcome> failed = {{0, Kind::failed, "550 no"}};
    const auto made = failure_report(entry(), failed, {"A: b\r\n\r\nhello\r\n", true}, kReporter);
    ASSERT_TRUE(made);
    EXPECT_THAT(made->content,
                HasSubstr("Content-Type: message/rfc822\r\n\r\nA: b\r\n\r\nhello\r\n\r\n--=_"));
    EXPECT_THAT(made->content, HasSubstr("Your message is attached."));
}

// RFC 6533.
TEST(FailureReport, names_addresses_that_are_not_ascii_in_ascii) {
    auto utf8 = entry();
    auto& envelope = utf8.info.envelope;
    envelope.smtputf8 = true;
    envelope.recipients[0].mailbox = {"j\u00FCrgen", "xn--bcher-kva.example"};
    envelope.recipients[0].original = "utf-8;J\u00DCRGEN@b";
    const std::vector<queue::RecipientOutcome> failed = {{0, Kind::failed, "553 5.6.7 no"}};
    const auto made = failure_report(utf8, failed, {"Subject: gr\u00FC\u00DFe\r\n"}, kReporter);
    ASSERT_TRUE(made);
    EXPECT_THAT(made->content,
                HasSubstr("Original-Recipient: utf-8;J\\x{DC}RGEN@b\r\n"
                          "Final-Recipient: utf-8; j\\x{FC}rgen@xn--bcher-kva.example"));
    EXPECT_THAT(made->content, HasSubstr("text/plain; charset=utf-8\r\n"));
    EXPECT_THAT(made->content, HasSubstr("Content-Type: message/global-headers\r\n"));
    EXPECT_FALSE(made->info.envelope.smtputf8);  // to an ASCII sender it can go anywhere
    EXPECT_EQ(made->info.envelope.body, mail::Body::eight_bit_mime);

    envelope.sender.mailbox = mail::Mailbox{"j\u00FCrgen", "example.com"};
    const auto to_utf8 = failure_report(utf8, failed, {}, kReporter);
    ASSERT_TRUE(to_utf8);
    EXPECT_TRUE(to_utf8->info.envelope.smtputf8);
    EXPECT_THAT(to_utf8->content, HasSubstr("To: <j\u00FCrgen@example.com>\r\n"));
}

TEST(FailureReport, has_a_header_that_a_scanner_reads) {
    const auto made = report({{1, Kind::failed, "550 no"}});
    ASSERT_TRUE(made);
    mail::HeaderScanner scanner;
    ASSERT_TRUE(scanner.feed(made->content));
    ASSERT_TRUE(scanner.complete());
    EXPECT_EQ(scanner.octets_added(), 0u);
    EXPECT_EQ(scanner.header().find("Auto-Submitted")->value(), "auto-replied");
    EXPECT_THAT(made->content, HasSubstr("Final-Recipient: rfc822; \"c d\"@example.org\r\n"));
}

}  // namespace
}  // namespace signet::dsn
