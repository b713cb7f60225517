// Aliases in whole sessions: what the client gave is checked, what it stands for is kept.
#include "aliases/read.h"
#include "audit/trace.h"
#include "submission/mx_world.h"

#include <gmock/gmock.h>

namespace signet::submission {
namespace {

using smtp::Role;
using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view kContent = "DATA\r\nSubject: hi\r\n\r\nhello\r\n.\r\n";

struct AliasWorld : MxWorld {
    explicit AliasWorld(std::string_view text) {
        std::vector<aliases::Alias> all;
        for (auto& entry : aliases::read_aliases(text).entries) {
            all.push_back(std::move(entry.alias));
        }
        settings.aliases.table = std::make_shared<const aliases::Table>(
            std::vector<aliases::OurDomain>{
                {"here.test", {"sales"}}, {"also.test", {}}, {"mail.test", {}}},
            std::move(all));
    }
    // Somebody who has signed in as ann, or a stranger, sends to these.
    std::string send(const std::vector<std::string>& recipients, bool stranger = false) {
        std::string lines;
        for (const auto& one : recipients) lines += "RCPT TO:" + one + "\r\n";
        if (stranger) return hear("MAIL FROM:<a@else.test>\r\n" + lines + std::string{kContent});
        settings.listeners[0].auth = true;
        reconnect();
        signed_in().say("MAIL FROM:<ann@example.com>\r\n" + lines + std::string{kContent} +
                        "QUIT\r\n");
        return serve();
    }
    std::vector<std::string> recipients_of(const queue::Entry& entry) {
        std::vector<std::string> all;
        for (const auto& one : entry.info.envelope.recipients) all.push_back(one.mailbox.text());
        return all;
    }
};

TEST(AliasSession, a_name_is_kept_for_all_that_it_stands_for) {
    AliasWorld world{"team: bob, carl@else.test\n"};
    EXPECT_THAT(world.send({"<team@here.test>"}, /*stranger=*/true), HasSubstr("250 2.0.0 Queued"));
    ASSERT_EQ(world.queued().size(), 1u);
    const auto entry = world.queued()[0];
    EXPECT_THAT(world.recipients_of(entry), ElementsAre("bob@here.test", "carl@else.test"));
    // RFC 5321 §3.9.1: "leaving the return path (reverse-path) unmodified".
    EXPECT_EQ(entry.info.envelope.sender.text(), "a@else.test");
    EXPECT_EQ(entry.info.envelope.recipients[0].original, "rfc822;team@here.test");
}

TEST(AliasSession, the_record_has_what_the_client_gave_and_where_it_went) {
    AliasWorld world{"team: bob, carl@else.test\n"};
    world.send({"<Team@here.test>", "<bob@else.test>"});
    const auto* accepted = world.event("message.accepted");
    ASSERT_TRUE(accepted);
    EXPECT_THAT(accepted->message->recipients, ElementsAre("Team@here.test", "bob@else.test"));
    ASSERT_EQ(accepted->change.size(), 1u);
    EXPECT_EQ(accepted->change[0].field, "alias");
    EXPECT_EQ(accepted->change[0].old_value, "Team@here.test");
    EXPECT_EQ(accepted->change[0].new_value, "bob@here.test, carl@else.test");
    EXPECT_THAT(audit::step_text(*accepted),
                AllOf(HasSubstr("for Team@here.test, bob@else.test"),
                      EndsWith("; Team@here.test is bob@here.test, carl@else.test")));
}

TEST(AliasSession, each_recipient_gets_it_once) {
    AliasWorld world{"team: bob, carl@else.test\nall: team, BOB, sales\n"};
    world.send({"<all@here.test>", "<team@here.test>", "<bob@here.test>"});
    EXPECT_THAT(world.recipients_of(world.queued()[0]),
                ElementsAre("bob@here.test", "carl@else.test", "sales@here.test"));
}

TEST(AliasSession, who_exists_at_an_mx_listener) {
    struct Case {
        std::string_view path, told;
    };
    const Case cases[] = {
        {"<root@here.test>", "250 2.1.5"},
        {"<ROOT@Here.Test>", "250 2.1.5"},
        {"<root+cron@here.test>", "250 2.1.5"},
        {"<shop@here.test>", "250 2.1.5"},
        {"<nobody@here.test>", "550 5.1.1"},
        {"<bob+x@here.test>", "550 5.1.1"},  // accounts have no extensions
        {"<root@mail.test>", "550 5.7.1"},   // the hostname is no domain that strangers reach
        {"<root@else.test>", "550 5.7.1"},
        {"<Postmaster>", "250 2.1.5"},
    };
    for (const auto& c : cases) {
        AliasWorld world{"root: bob\nshop@here.test: bob@else.test\n"};
        EXPECT_EQ(world.rcpt(c.path), c.told) << c.path;
    }
    AliasWorld world{"@here.test: bob\n"};
    EXPECT_EQ(world.rcpt("<whoever@here.test>"), "250 2.1.5");
}

TEST(AliasSession, a_catch_all_leaves_to_accounts_what_is_theirs) {
    AliasWorld world{"@here.test: box@else.test\n"};
    world.send({"<Bob@here.test>", "<sales@here.test>", "<other@here.test>"}, true);
    EXPECT_THAT(world.recipients_of(world.queued()[0]),
                ElementsAre("Bob@here.test", "sales@here.test", "box@else.test"));
}

TEST(AliasSession, a_loop_ends_where_it_was_written_to) {
    AliasWorld world{"a: b\nb: a\n"};
    world.send({"<a@here.test>"}, true);
    EXPECT_THAT(world.recipients_of(world.queued()[0]), ElementsAre("a@here.test"));
}

TEST(AliasSession, the_hostname_has_names_for_those_who_sign_in) {
    AliasWorld world{"root: bob@here.test\n"};
    world.send({"<root@mail.test>"});
    EXPECT_THAT(world.recipients_of(world.queued()[0]), ElementsAre("bob@here.test"));
}

TEST(AliasSession, limits_and_rates_count_what_the_client_gave) {
    AliasWorld world{"team: a@x.test, b@x.test, c@x.test\n"};
    world.settings.account_limits.message_recipients = 1;
    world.settings.account_limits.recipients = {2, std::chrono::seconds{60}};
    EXPECT_THAT(world.send({"<team@here.test>"}), HasSubstr("Queued"));
    EXPECT_THAT(world.send({"<team@here.test>"}), HasSubstr("Queued"));
    EXPECT_THAT(world.send({"<team@here.test>"}), HasSubstr("450 4.7.1"));
}

TEST(AliasSession, who_was_over_the_limit_of_a_message_goes_into_another) {
    std::string text = "most: ";
    for (int i = 0; i < 9'999; ++i) text += "a" + std::to_string(i) + "@x.test,\n ";
    text += "\nmore: most, x@x.test, y@x.test\npair: a@y.test, b@y.test\n";
    AliasWorld world{text};
    const auto written =
        world.send({"<most@here.test>", "<pair@here.test>", "<bob@here.test>", "<bob@else.test>"});
    EXPECT_THAT(written, HasSubstr("452 4.5.3 pair@here.test stands for too many"));
    ASSERT_EQ(world.queued().size(), 1u);
    EXPECT_EQ(world.queued()[0].recipients.size(), 10'000u);
    EXPECT_THAT(written, HasSubstr("452 4.5.3 bob@else.test"));
    EXPECT_EQ(world.event("message.rejected", "aliases")->policy_action, "defer");
    EXPECT_THAT(world.send({"<more@here.test>"}), HasSubstr("550 5.2.4 The aliases behind"));
}

TEST(AliasSession, who_cannot_be_looked_up_is_not_guessed) {
    class Down final : public identity::RecipientDirectory {
        Task<Result<bool, StoreFault>> knows(mail::Mailbox) override {
            co_return fail(StoreFault::unavailable);
        }
    } down;
    AliasWorld world{"@here.test: bob@else.test\nroot: x@else.test\n"};
    world.serving_directory = &down;
    EXPECT_THAT(world.send({"<whoever@here.test>"}), HasSubstr("451 4.3.0 Recipients cannot"));
    EXPECT_TRUE(world.queued().empty());
    EXPECT_THAT(world.send({"<root@here.test>"}), HasSubstr("250 2.0.0 Queued"));
}

TEST(AliasSession, an_expanded_report_goes_to_who_asked_for_success) {
    AliasWorld world{"team: bob, carl@else.test\nann@here.test: x@else.test\n"};
    world.send({"<team@here.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;the.team@here.test",
                "<bob@else.test> NOTIFY=SUCCESS"});
    const auto queued = world.queued();
    ASSERT_EQ(queued.size(), 2u);
    const mail::Notify failure{.asked = true, .failure = true};
    for (const auto& one : queued[0].info.envelope.recipients) {
        if (one.mailbox.text() == "bob@else.test") continue;
        EXPECT_EQ(one.notify, failure) << one.mailbox.text();
        EXPECT_EQ(one.original, "rfc822;the.team@here.test");
    }
    EXPECT_EQ(queued[1].info.origin(), queue::Origin::signet);
    EXPECT_TRUE(queued[1].info.envelope.sender.is_null());
    EXPECT_THAT(world.recipients_of(queued[1]), ElementsAre("ann@example.com"));
    const auto report = world.content_of(queued[1].id);
    EXPECT_THAT(report, HasSubstr("Original-Recipient: rfc822;the.team@here.test\r\n"
                                  "Final-Recipient: rfc822; team@here.test\r\n"
                                  "Action: expanded\r\nStatus: 2.0.0\r\n"));
    EXPECT_THAT(report, HasSubstr("Subject: hi\r\n"));
    const auto* reported = world.event("message.reported");
    ASSERT_TRUE(reported);
    EXPECT_EQ(reported->message->queue_id, queued[0].id);
    EXPECT_EQ(reported->target->id, queued[1].id);
    EXPECT_EQ(reported->detail, "expanded");
    EXPECT_THAT(report, Not(HasSubstr("carl@else.test")));  // whom it stands for is not told
    EXPECT_THAT(report, Not(HasSubstr("bob@else.test")));   // RFC 3461 §5.2.8
}

TEST(AliasSession, security_26_no_expanded_report_that_was_not_asked_for) {
    AliasWorld world{"team: bob, carl@else.test\n"};
    world.send({"<team@here.test> NOTIFY=FAILURE"});
    world.send({"<team@here.test>"});
    EXPECT_EQ(world.queued().size(), 2u);
    AliasWorld one{"team: carl@else.test\n"};
    one.send({"<team@here.test> NOTIFY=SUCCESS"});
    ASSERT_EQ(one.queued().size(), 1u);
    EXPECT_TRUE(one.queued()[0].info.envelope.recipients[0].notify.success);
}

TEST(AliasSession, a_report_goes_where_its_sender_is_an_alias) {
    AliasWorld world{"team: bob, carl@else.test\nann@here.test: x@else.test\n"};
    world.trust({"door"});
    world.settings.networks[0].send_as = {"ann@here.test"};
    world.settings.networks[0].recipients = {"*"};
    world.hear("MAIL FROM:<ann@here.test>\r\nRCPT TO:<team@here.test> NOTIFY=SUCCESS\r\n" +
               std::string{"DATA\r\nFrom: ann@here.test\r\n\r\nhi\r\n.\r\n"});
    const auto queued = world.queued();
    if (queued.size() == 2) {
        EXPECT_THAT(world.recipients_of(queued[1]), ElementsAre("x@else.test"));
    } else {
        ADD_FAILURE() << queued.size();
    }
}

TEST(AliasSession, a_target_in_utf_8_goes_only_where_smtputf8_is_taken) {
    AliasWorld world{"team: j\xC3\xBCrgen@else.test\n"};
    world.send({"<team@here.test>"});
    EXPECT_TRUE(world.queued()[0].info.envelope.smtputf8);
    AliasWorld plain{"team: bob\n"};
    plain.send({"<team@here.test>"});
    EXPECT_FALSE(plain.queued()[0].info.envelope.smtputf8);
}

}  // namespace
}  // namespace signet::submission
