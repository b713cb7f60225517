// Accounts that change under an open session.
#include "submission/session_world.h"

#include <gmock/gmock.h>

#include <functional>

namespace signet::submission {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

// Does something when a command comes in, or when a reply goes out.
struct Moment final : Meter {
    void command(std::string_view verb) override {
        if (verb == at_command) act();
    }
    void reply(int code) override {
        if (code == at_reply) act();
    }
    void act() {
        if (what) std::exchange(what, {})();
    }
    std::string at_command;
    int at_reply = 0;
    std::function<void()> what;
};

class AccountChanges : public testing::Test {
protected:
    AccountChanges() { world.meter = &moment; }

    void change_at(std::string command) {
        moment.at_command = std::move(command);
        moment.what = [this] { ++world.accounts.changes, ++world.accounts.revision; };
    }
    // Of another account: the number moves, and this one is as it was.
    void other_changes_at(std::string command) {
        moment.at_command = std::move(command);
        moment.what = [this] { ++world.accounts.changes; };
    }
    void send() {
        world.signed_in()
            .say("NOOP\r\n")
            .say("MAIL FROM:<ann@example.com>\r\n")
            .say("RCPT TO:<bob@example.net>\r\n")
            .say("DATA\r\n")
            .say("From: ann@example.com\r\n\r\nHello.\r\n.\r\n")
            .say("QUIT\r\n");
    }
    std::string told(int code, const char* text) {
        return std::to_string(code) + " 4.7.0 mail.test " + text + "\r\n";
    }

    World world;
    Moment moment;
    const std::string sorry = told(421, "your account has changed, sign in again");
};

TEST_F(AccountChanges, security_11_end_the_session_at_the_next_command_whatever_it_is) {
    for (const auto* command : {"NOOP", "MAIL", "RCPT", "DATA"}) {
        world.reconnect();
        change_at(command);
        send();
        EXPECT_THAT(world.serve(), EndsWith(sorry)) << command;
        EXPECT_EQ(world.end, End::account_changed) << command;
        EXPECT_TRUE(world.queued().empty()) << command;
        EXPECT_TRUE(world.event("session.close", "account_changed")) << command;
        EXPECT_EQ(world.connections.open(), 0u);
    }
}

TEST_F(AccountChanges, a_message_whose_content_was_on_its_way_is_not_taken) {
    moment.at_reply = 354;
    moment.what = [this] { ++world.accounts.changes, ++world.accounts.revision; };
    send();
    EXPECT_THAT(world.serve(), EndsWith("354 End data with <CR><LF>.<CR><LF>\r\n" + sorry));
    EXPECT_TRUE(world.queued().empty());
    const auto* rejected = world.event("message.rejected", "account_changed");
    ASSERT_TRUE(rejected);
    EXPECT_EQ(rejected->message->sender, "ann@example.com");
}

TEST_F(AccountChanges, of_others_cost_one_look_and_nothing_else) {
    other_changes_at("MAIL");
    send();
    EXPECT_THAT(world.serve(), EndsWith("221 2.0.0 mail.test closing connection\r\n"));
    EXPECT_EQ(world.queued().size(), 1u);
    EXPECT_EQ(world.accounts.looks, 1);
}

TEST_F(AccountChanges, that_do_not_happen_cost_no_look) {
    send();
    world.serve();
    EXPECT_EQ(world.queued().size(), 1u);
    EXPECT_EQ(world.accounts.looks, 0);
}

TEST_F(AccountChanges, during_the_sign_in_itself_are_not_missed) {
    change_at("AUTH");
    world.accounts.revision = 1;
    moment.what = [this] { ++world.accounts.changes; };
    send();
    world.serve();
    EXPECT_EQ(world.queued().size(), 1u);
    EXPECT_LE(world.accounts.looks, 1);
}

// What cannot be looked up is neither taken for granted nor ended.
TEST_F(AccountChanges, a_store_that_cannot_tell_delays_mail_and_nothing_else) {
    other_changes_at("NOOP");
    const auto change = moment.what;
    moment.what = [&] {
        change();
        world.accounts.fault = StoreFault::unavailable;
    };
    world.signed_in()
        .say("NOOP\r\n")
        .say("MAIL FROM:<ann@example.com>\r\n")
        .say("RSET\r\n")
        .say("QUIT\r\n");
    const auto said = world.serve();
    EXPECT_THAT(said, HasSubstr("250 2.0.0 Ok\r\n"
                                "451 4.3.0 Your account cannot be looked up, try again later\r\n"
                                "250 2.0.0 Ok\r\n221 "));
    EXPECT_EQ(world.end, End::quit);
}

TEST_F(AccountChanges, a_store_that_cannot_tell_at_the_final_dot_takes_nothing) {
    moment.at_reply = 354;
    moment.what = [this] {
        ++world.accounts.changes;
        world.accounts.fault = StoreFault::unavailable;
    };
    send();
    EXPECT_THAT(world.serve(), HasSubstr("451 4.3.0 Your account cannot be looked up"));
    EXPECT_TRUE(world.queued().empty());
    EXPECT_TRUE(world.event("message.rejected", "account_unknown"));
}

using State = identity::TokenStanding::State;

TEST_F(AccountChanges, a_token_that_was_taken_back_ends_its_session) {
    world.accounts.token = "sealed";
    moment.at_command = "MAIL";
    moment.what = [this] {
        world.clock.advance(std::chrono::seconds{61});
        world.issuer.standing.state = State::gone;
    };
    send();
    EXPECT_THAT(world.serve(), EndsWith(sorry));
    EXPECT_EQ(world.end, End::account_changed);
    EXPECT_TRUE(world.queued().empty());
}

TEST_F(AccountChanges, a_token_is_asked_about_no_more_often_than_its_issuer_wants) {
    world.accounts.token = "sealed";
    send();
    world.serve();
    EXPECT_EQ(world.queued().size(), 1u);
    EXPECT_EQ(world.issuer.asked, 1);
    world.accounts.token = "";
    world.reconnect();
    send();
    world.serve();
    EXPECT_EQ(world.issuer.asked, 1) << "nobody asks about a password";
}

TEST_F(AccountChanges, an_issuer_that_is_down_is_borne_for_a_while) {
    world.accounts.token = "sealed";
    world.issuer.standing = {State::unknown, std::chrono::seconds{1}, std::chrono::seconds{900}};
    moment.at_command = "MAIL";
    moment.what = [this] { world.clock.advance(std::chrono::seconds{899}); };
    send();
    world.serve();
    EXPECT_EQ(world.queued().size(), 1u);
    world.reconnect();
    moment.what = [this] { world.clock.advance(std::chrono::seconds{901}); };
    send();
    EXPECT_THAT(world.serve(), EndsWith(sorry));
}

TEST_F(AccountChanges, an_administrator_ends_a_session_at_its_next_command) {
    moment.at_command = "MAIL";
    moment.what = [this] {
        const auto all = world.presences.list("ann", 10);
        ASSERT_EQ(all.size(), 1u);
        EXPECT_EQ(all[0].mechanism, "PLAIN");
        EXPECT_EQ(world.presences.end("bob", ""), 0u);
        EXPECT_EQ(world.presences.end("ann", "another"), 0u);
        EXPECT_EQ(world.presences.end("ann", all[0].session), 1u);
    };
    send();
    EXPECT_THAT(world.serve(), EndsWith(told(421, "an administrator has ended this session")));
    EXPECT_EQ(world.end, End::disconnected);
    EXPECT_TRUE(world.event("session.close", "disconnected"));
    EXPECT_TRUE(world.queued().empty());
}

TEST_F(AccountChanges, who_is_signed_in_is_seen_with_what_he_sent) {
    std::vector<Seen> during;
    moment.at_command = "QUIT";
    moment.what = [&] { during = world.presences.list("", 10); };
    send();
    world.serve();
    ASSERT_EQ(during.size(), 1u);
    EXPECT_EQ(during[0].account, "ann");
    EXPECT_EQ(during[0].messages, 1u);
    EXPECT_EQ(during[0].listener, "door");
    EXPECT_EQ(world.presences.count(""), 0u) << "gone with the session";
}

}  // namespace
}  // namespace signet::submission
