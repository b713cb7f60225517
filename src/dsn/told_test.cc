#include "dsn/dsn_world.h"

#include <gtest/gtest.h>

namespace signet::dsn {
namespace {

using queue::HandedTo;
using Kind = queue::RecipientOutcome::Kind;
using namespace std::chrono_literals;

constexpr mail::Notify kNever{.asked = true};
constexpr mail::Notify kAll{.asked = true, .success = true, .failure = true, .delay = true};

// "failed bob@example.net, delayed e@f"
std::string words(const std::vector<Told>& all) {
    std::string text;
    for (const auto& one : all) {
        text += (text.empty() ? "" : ", ") + std::string{name(one.action)} + " " +
                one.recipient->mailbox.text();
    }
    return text;
}

queue::Entry asking(const mail::Notify& notify) {
    auto one = entry();
    for (auto& recipient : one.info.envelope.recipients) recipient.notify = notify;
    return one;
}

// RFC 3461 §4.1, §5.2.
TEST(Told, IsWhatTheSenderAskedFor) {
    const std::vector<queue::RecipientOutcome> mailbox{delivered(0, HandedTo::mailbox)};
    const std::vector<queue::RecipientOutcome> with_dsn{delivered(0, HandedTo::hop_with_dsn, "mx")};
    const std::vector<queue::RecipientOutcome> without{
        delivered(0, HandedTo::hop_without_dsn, "mx")};
    const std::vector<queue::RecipientOutcome> late{delayed(0, "451 later")};
    const std::vector<queue::RecipientOutcome> waits{
        {.recipient = 0, .kind = Kind::deferred, .reply = "451 later"}};
    const std::vector<queue::RecipientOutcome> no{failed(0, "550 no")};
    const mail::Notify only_failure{.asked = true, .failure = true};
    const mail::Notify only_success{.asked = true, .success = true};
    struct Case {
        const char* what;
        mail::Notify notify;
        std::vector<queue::RecipientOutcome> outcomes;
        std::string_view told;
    };
    const Case cases[] = {
        {"nothing asked: a failure", {}, no, "failed bob@example.net"},
        {"nothing asked: a delay", {}, late, "delayed bob@example.net"},
        {"nothing asked: no success", {}, mailbox, ""},
        {"not its time", kAll, waits, ""},
        {"NEVER", kNever, no, ""},
        {"NEVER, delivered", kNever, mailbox, ""},
        {"FAILURE", only_failure, no, "failed bob@example.net"},
        {"FAILURE, delivered", only_failure, mailbox, ""},
        {"SUCCESS", only_success, mailbox, "delivered bob@example.net"},
        {"SUCCESS, to a server that reports", only_success, with_dsn, ""},
        {"SUCCESS, to a server that does not", only_success, without, "relayed bob@example.net"},
        {"SUCCESS, failed", only_success, no, ""},
        {"all", kAll, without, "relayed bob@example.net"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        const auto asked = asking(c.notify);
        EXPECT_EQ(words(told(asked, c.outcomes)), c.told);
    }
}

TEST(Told, security_26_NobodyIsToldAboutAReport) {
    auto from_nobody = asking(kAll);
    from_nobody.info.envelope.sender = {};
    EXPECT_TRUE(told(from_nobody, std::vector{failed(0, "550 no"), delayed(1, "451 later"),
                                              delivered(2, HandedTo::mailbox)})
                    .empty());

    const auto first = report_on(entry(), {failed(0, "550 no")});
    ASSERT_TRUE(first);
    queue::Entry of_report;
    of_report.info = first->info;
    of_report.recipients.resize(1);
    EXPECT_TRUE(told(of_report, std::vector{failed(0, "550 no")}).empty());
}

// RFC 5321 §6.1 asks for the failure, and nobody asks for more.
TEST(Told, security_26_AStrangerHearsOfFailuresAndNothingElse) {
    auto strange = asking(kAll);
    strange.info.account.clear();
    ASSERT_EQ(strange.info.origin(), queue::Origin::stranger);
    EXPECT_EQ(words(told(strange, std::vector{failed(0, "550 no"), delivered(1, HandedTo::mailbox),
                                              delivered(2, HandedTo::hop_without_dsn)})),
              "failed bob@example.net");
}

TEST(Told, security_26_EachRecipientIsToldOfOnce) {
    const auto one = entry();
    const auto all =
        told(one, std::vector{failed(0, "550 first"), failed(0, "550 second"), failed(1, "550 no"),
                              queue::RecipientOutcome{.recipient = 1, .kind = Kind::deferred},
                              failed(7, "550 there is no eighth recipient")});
    EXPECT_EQ(words(all), "failed bob@example.net");
    EXPECT_EQ(all[0].reply, "550 second");
}

// Which of the three recipients a try at this time would be a notice for, all of them deferred.
std::string marked(const queue::Entry& entry, std::chrono::seconds age,
                   std::chrono::seconds notice = 4h) {
    std::vector<queue::RecipientOutcome> outcomes;
    for (std::size_t i = 0; i < 3; ++i) {
        outcomes.push_back({.recipient = i, .kind = Kind::deferred, .reply = "451 later"});
    }
    mark_delays(entry, outcomes, notice, kAccepted + age);
    std::string text;
    for (const auto& one : outcomes) text += one.delay_notified ? '+' : '-';
    return text;
}

TEST(Told, ADelayIsNoticedByTheFirstTryBehindItsTime) {
    EXPECT_EQ(marked(entry(), 4h - 1s), "---");
    EXPECT_EQ(marked(entry(), 4h), "+++");
    EXPECT_EQ(marked(entry(), 365 * 24h), "+++");
    EXPECT_EQ(marked(entry(), 365 * 24h, 0s), "---") << "switched off";
    EXPECT_EQ(marked(entry(), -1h), "---") << "the clock fell back";
}

TEST(Told, ADelayIsNoticedOnceForEachRecipientAndAsTheSenderAsked) {
    auto one = entry();
    one.recipients[0].delay_notified = true;
    one.info.envelope.recipients[1].notify = {.asked = true, .failure = true};
    EXPECT_EQ(marked(one, 5h), "--+");
    one.info.envelope.recipients[1].notify.delay = true;
    EXPECT_EQ(marked(one, 5h), "-++");
    one.info.envelope.recipients[2].notify = kNever;
    EXPECT_EQ(marked(one, 5h), "-+-");
}

TEST(Told, security_26_ADelayIsNotNoticedToStrangersOrAboutReports) {
    auto strange = asking(kAll);
    strange.info.account.clear();
    EXPECT_EQ(marked(strange, 5h), "---");
    auto from_nobody = asking(kAll);
    from_nobody.info.envelope.sender = {};
    EXPECT_EQ(marked(from_nobody, 5h), "---");
}

TEST(Told, OnlyThoseThatWaitAreDelayed) {
    std::vector outcomes{failed(0, "550 no"), delivered(1, HandedTo::mailbox)};
    mark_delays(entry(), outcomes, 4h, kAccepted + 5h);
    EXPECT_FALSE(outcomes[0].delay_notified || outcomes[1].delay_notified);
}

// RFC 3834 §5, RFC 6522 §3.
TEST(Told, security_26_ReportsAndAutomaticRepliesAreKnownByTheirHeader) {
    struct Case {
        std::string_view header;
        bool automatic;
    };
    const Case cases[] = {
        {"Auto-Submitted: auto-replied\r\n", true},
        {"A: b\r\nAUTO-SUBMITTED:\r\n Auto-Replied (vacation)\r\n", true},
        {"Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=x\r\n", true},
        {"Content-Type: Multipart/Report;report-type=disposition-notification\r\n", true},
        {"Auto-Submitted: no\r\n", false},
        {"Auto-Submitted: auto-generated\r\n", false},
        {"Content-Type: multipart/mixed; x=multipart/report\r\n", false},
        {"Subject: auto-replied\r\n", false},
        {"", false},
    };
    for (const auto& c : cases) EXPECT_EQ(is_automatic(c.header), c.automatic) << c.header;
}

// RFC 3461 §5.2.7.3: "expanded" for the alias itself, and only if SUCCESS was asked for.
TEST(Told, security_26_ExpandedIsForWhoIsProvenAndAsked) {
    const std::vector<mail::Recipient> aliases{{{"team", "x.test"}, kAll},
                                               {{"quiet", "x.test"}, kNever}};
    auto info = entry().info;
    EXPECT_EQ(words(told_of_expansion(info, aliases)), "expanded team@x.test");
    const auto one =
        report(entry(), told_of_expansion(info, aliases), {std::string{kHeader}}, kReporter);
    ASSERT_TRUE(one);
    EXPECT_EQ(count(one->content, "Action: expanded\r\nStatus: 2.0.0\r\n"), 1u);
    EXPECT_EQ(count(one->content, "Subject: Your message goes to several people\r\n"), 1u);
    EXPECT_EQ(count(one->content, "Diagnostic-Code"), 0u);
    info.account.clear();  // a stranger
    EXPECT_EQ(words(told_of_expansion(info, aliases)), "");
    info = entry().info;
    info.envelope.sender = {};
    EXPECT_EQ(words(told_of_expansion(info, aliases)), "");
}

}  // namespace
}  // namespace signet::dsn
