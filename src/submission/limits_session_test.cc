// What an account or a trusted network may send: whole sessions, in virtual time.
#include "submission/mx_world.h"

#include <gmock/gmock.h>

namespace signet::submission {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string kMail = "MAIL FROM:<ann@example.com>\r\n";
const std::string kMessage = kMail +
                             "RCPT TO:<x@example.net>\r\nDATA\r\n"
                             "Subject: x\r\n\r\nhello\r\n.\r\n";

std::string rcpt(int number) { return "RCPT TO:<x" + std::to_string(number) + "@example.net>\r\n"; }

// A store of rates that is away.
class NoRates final : public limits::RateStore {
public:
    Task<Result<limits::Decision, StoreFault>> room(limits::Ask) override {
        co_return fail(StoreFault::unavailable);
    }
    Task<Result<limits::Decision, StoreFault>> take(limits::Ask) override {
        co_return fail(StoreFault::unavailable);
    }
    Task<Result<void, StoreFault>> give_back(limits::Ask, std::int64_t) override {
        co_return fail(StoreFault::unavailable);
    }
};

// Takes what one sees room for, before it is taken: as a session side by side would.
class Racing final : public limits::RateStore {
public:
    explicit Racing(limits::RateStore& store) : store_(store) {}
    Task<Result<limits::Decision, StoreFault>> room(limits::Ask ask) override {
        auto seen = co_await store_.room(ask);
        if (ask.key.of == steal && std::exchange(armed, false)) co_await store_.take(ask);
        co_return seen;
    }
    Task<Result<limits::Decision, StoreFault>> take(limits::Ask ask) override {
        return store_.take(std::move(ask));
    }
    Task<Result<void, StoreFault>> give_back(limits::Ask ask, std::int64_t place) override {
        return store_.give_back(std::move(ask), place);
    }
    limits::Key::Of steal = limits::Key::Of::account_messages;
    bool armed = true;

private:
    limits::RateStore& store_;
};

// Puts a message into the queue in the moment before a commit.
class Filling final : public limits::RateStore {
public:
    Filling(limits::RateStore& store, queue::QueueStore& queue) : store_(store), queue_(queue) {}
    Task<Result<limits::Decision, StoreFault>> room(limits::Ask ask) override {
        return store_.room(std::move(ask));
    }
    Task<Result<limits::Decision, StoreFault>> take(limits::Ask ask) override {
        if (ask.key.of != limits::Key::Of::account_recipients) co_return co_await store_.take(ask);
        auto draft = co_await queue_.begin();
        co_await (*draft)->append("1234567890");
        queue::MessageInfo info;
        info.envelope.recipients = {{mail::Mailbox{"bob", "b.example"}}};
        co_await (*draft)->commit(std::move(info), {});
        co_return co_await store_.take(std::move(ask));
    }
    Task<Result<void, StoreFault>> give_back(limits::Ask ask, std::int64_t place) override {
        return store_.give_back(std::move(ask), place);
    }

private:
    limits::RateStore& store_;
    queue::QueueStore& queue_;
};

struct LimitsWorld : MxWorld {
    LimitsWorld() {
        settings.listeners.clear();  // each role as it is
        settings.account_limits.messages = {2, 1h};
        settings.account_limits.recipients = {100, 24h};
    }
    // One connection of ann's, who says these lines.
    std::string ann(std::string lines) {
        reconnect().start_tls().say("EHLO client.test\r\n").say(auth_plain("ann", "secret"));
        stream->say(std::move(lines)).say("QUIT\r\n");
        return serve();
    }
    bool sends() { return ann(kMessage).contains("Queued as"); }
};

TEST(LimitsSession, an_account_sends_as_many_messages_as_its_rate_has) {
    LimitsWorld world;
    const auto written = world.ann(kMessage + kMessage + kMail);
    EXPECT_EQ(world.queued().size(), 2u);
    EXPECT_THAT(written, HasSubstr("\r\n450 4.7.1 You are signed in as ann and may send 2 messages "
                                   "in 1 hour: try again in 61 minutes\r\n"));
    const auto* event = world.event("message.rejected", "rate_messages");
    ASSERT_TRUE(event);
    EXPECT_EQ(event->policy_rule, "rate_messages");
    EXPECT_EQ(event->policy_action, "defer");
    EXPECT_EQ(event->account_name, "ann");
    EXPECT_EQ(event->message->sender, "ann@example.com");
    EXPECT_EQ(event->smtp.code, 450);
}

TEST(LimitsSession, it_is_one_rate_for_all_of_its_sessions_and_comes_free_again) {
    LimitsWorld world;
    EXPECT_TRUE(world.sends());
    world.clock.advance(30min);
    EXPECT_TRUE(world.sends());
    EXPECT_FALSE(world.sends());
    world.clock.advance(31min);
    EXPECT_TRUE(world.sends());
    EXPECT_FALSE(world.sends());
}

TEST(LimitsSession, what_comes_to_nothing_costs_nothing) {
    LimitsWorld world;
    world.settings.limits.header_size = 100;
    const std::string to = "RCPT TO:<x@example.net>\r\n";
    const auto written =
        world.ann(kMail + "RSET\r\n" + kMail + to + "RSET\r\n" + kMail + to + "EHLO c\r\n" +
                  "MAIL FROM:<boss@example.com>\r\n" + kMail + to +
                  "DATA\r\nSubject: " + std::string(200, 'x') + "\r\n\r\n.\r\n" + kMessage);
    EXPECT_THAT(written, AllOf(HasSubstr("550 5.7.1"), HasSubstr("552 5.3.4")));
    world.ann(kMail + to + "DATA\r\nSubject: half");  // and gone
    EXPECT_TRUE(world.sends());
    EXPECT_FALSE(world.sends());
    EXPECT_EQ(world.queued().size(), 2u);
}

// Of two sessions that both saw the last place, one gets it.
TEST(LimitsSession, security_18_sessions_side_by_side_get_no_more_than_one_alone) {
    for (const bool messages : {true, false}) {
        LimitsWorld world;
        world.settings.account_limits = {.messages = {1, 1h}, .recipients = {1, 1h}};
        Racing racing{world.rates};
        if (!messages) racing.steal = limits::Key::Of::account_recipients;
        world.serving_rates = &racing;
        const auto written = world.ann(kMessage);
        EXPECT_THAT(written, HasSubstr("354"));
        EXPECT_THAT(written, HasSubstr(messages ? "450 4.7.1 You are signed in as ann and may send"
                                                : "450 4.7.1 You are signed in as ann and may "
                                                  "write to 1 recipient in 1 hour"));
        EXPECT_TRUE(world.queued().empty());
        EXPECT_TRUE(
            world.event("message.rejected", messages ? "rate_messages" : "rate_recipients"));
        // What was taken of the messages before the recipients were refused is given back.
        world.settings.account_limits.recipients = {};
        EXPECT_EQ(world.sends(), !messages);
    }
}

TEST(LimitsSession, a_message_that_cannot_be_kept_is_given_back) {
    LimitsWorld world;
    world.settings.account_limits = {.messages = {1, 1h}, .recipients = {1, 1h}};
    store::MemoryQueue small{world.clock, world.ulids, world.audit, {.octets = 25}};
    Filling filling{world.rates, small};
    world.serving_queue = &small;
    world.serving_rates = &filling;
    EXPECT_THAT(world.ann(kMessage), HasSubstr("452 4.3.1"));
    EXPECT_EQ(net::run_task(small.list("", 10))->size(), 1u) << "it was full before the commit";
    world.serving_queue = &world.queue;
    world.serving_rates = &world.rates;
    EXPECT_TRUE(world.sends());
    EXPECT_FALSE(world.sends());
}

TEST(LimitsSession, recipients_of_all_messages_are_counted_together) {
    LimitsWorld world;
    world.settings.account_limits = {.messages = {}, .recipients = {3, 24h}};
    const std::string data = "DATA\r\n\r\n.\r\n";
    const auto written = world.ann(kMail + rcpt(1) + rcpt(2) + data + kMail + rcpt(3) + rcpt(4) +
                                   rcpt(3) + data + kMail + rcpt(5));
    ASSERT_EQ(world.queued().size(), 2u);
    EXPECT_EQ(world.queued()[1].info.envelope.recipients.size(), 1u);
    EXPECT_THAT(written, HasSubstr("\r\n450 4.7.1 You are signed in as ann and may write to 3 "
                                   "recipients in 1 day: try again in 25 hours\r\n"));
    EXPECT_TRUE(world.event("message.rejected", "rate_recipients"));
    // The one that is there already costs nothing: three accepted, one refused, one again.
    EXPECT_THAT(written, HasSubstr("Recipient ok\r\n450 4.7.1 You are signed in as ann and may "
                                   "write to 3 recipients in 1 day: try again in 25 hours\r\n"
                                   "250 2.1.5 Recipient ok\r\n354"));
}

TEST(LimitsSession, recipients_that_were_named_and_not_written_to_cost_nothing) {
    LimitsWorld world;
    world.settings.account_limits = {.messages = {}, .recipients = {2, 24h}};
    world.ann(kMail + rcpt(1) + rcpt(2) + "RSET\r\n" + kMail + rcpt(3) + rcpt(4));
    EXPECT_FALSE(world.event("message.rejected"));
    EXPECT_TRUE(world.sends());
}

TEST(LimitsSession, one_message_has_as_many_recipients_as_the_account_may) {
    LimitsWorld world;
    world.accounts.limits.message_recipients = 2;
    const auto written = world.ann(kMail + rcpt(1) + rcpt(2) + rcpt(3) + rcpt(2));
    EXPECT_THAT(written, HasSubstr("\r\n452 4.5.3 You are signed in as ann and may send a message "
                                   "to 2 recipients\r\n250 2.1.5 Recipient ok\r\n"));
    EXPECT_EQ(world.event("message.rejected", "account_recipients")->smtp.code, 452);
}

TEST(LimitsSession, one_message_is_as_big_as_the_account_may) {
    LimitsWorld world;
    world.accounts.limits.message_size = 100;
    const std::string too_big =
        "552 5.3.4 You are signed in as ann and may send messages of at most 100 octets\r\n";
    auto written = world.ann("MAIL FROM:<ann@example.com> SIZE=101\r\n");
    EXPECT_THAT(written, HasSubstr(too_big));
    EXPECT_TRUE(world.event("message.rejected", "account_size"));

    const auto content = [](std::size_t octets) {
        return "Subject: x\r\n\r\n" + std::string(octets - 16, 'x') + "\r\n";
    };
    const std::string begin = "MAIL FROM:<ann@example.com> SIZE=100\r\n" + rcpt(1);
    written = world.ann(begin + "DATA\r\n" + content(101) + ".\r\n" + kMail);
    EXPECT_THAT(written, HasSubstr("354 End data with <CR><LF>.<CR><LF>\r\n" + too_big));
    EXPECT_THAT(written, HasSubstr(too_big + "250 2.1.0 Sender ok"));
    EXPECT_TRUE(world.queued().empty());

    written = world.ann(begin + "BDAT 60\r\n" + std::string(60, 'x') + "BDAT 41 LAST\r\n" +
                        std::string(39, 'x') + "\r\n");
    EXPECT_THAT(written, HasSubstr(too_big));
    EXPECT_TRUE(world.queued().empty());

    world.ann(begin + "DATA\r\n" + content(100) + ".\r\n");
    EXPECT_EQ(world.queued().size(), 1u);
}

// RFC 1870 §4: the number that EHLO gives may change once it is known who asks.
TEST(LimitsSession, after_sign_in_ehlo_announces_the_accounts_size) {
    LimitsWorld world;
    world.settings.limits.message_size = 5'000;
    world.accounts.limits.message_size = 100;
    const auto written = world.ann("EHLO client.test\r\n");
    const auto proven = written.find("235 2.7.0");
    EXPECT_THAT(written.substr(0, proven), HasSubstr("250-SIZE 5000\r\n"));
    EXPECT_THAT(written.substr(proven), HasSubstr("250-SIZE 100\r\n"));
}

TEST(LimitsSession, what_the_account_says_goes_before_what_the_settings_say) {
    LimitsWorld world;
    world.accounts.limits.messages = Rate{1, 60s};
    EXPECT_TRUE(world.sends());
    EXPECT_FALSE(world.sends());
    world.accounts.limits.messages = Rate{};  // none
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(world.sends()) << i;
}

TEST(LimitsSession, new_settings_count_what_was_sent_under_the_old) {
    LimitsWorld world;
    EXPECT_TRUE(world.sends());
    world.settings.account_limits.messages = {1, 1h};
    EXPECT_FALSE(world.sends());
    world.settings.account_limits.messages = {3, 1h};
    EXPECT_TRUE(world.sends());
}

TEST(LimitsSession, a_trusted_network_has_its_own_rate) {
    LimitsWorld world;
    world.trust();
    world.settings.networks[0].messages = {1, 1h};
    const std::string from = "MAIL FROM:<scanner@here.test>\r\n";
    const auto written =
        world.hear(from + std::string{kTo} + "DATA\r\nSubject: scan\r\n\r\n.\r\n" + from);
    EXPECT_EQ(world.queued().size(), 1u);
    EXPECT_THAT(written, HasSubstr("450 4.7.1 Your network is trusted as printers and may send 1 "
                                   "message in 1 hour: try again in 61 minutes"));
    EXPECT_EQ(world.event("message.rejected", "rate_messages")->mechanism, "NETWORK");
}

TEST(LimitsSession, a_network_and_an_account_of_one_name_are_counted_apart) {
    LimitsWorld world;
    world.settings.account_limits = {.messages = {1, 1h}, .recipients = {1, 1h}};
    world.trust();
    world.settings.networks[0].name = "ann";
    world.settings.networks[0].messages = {1, 1h};
    EXPECT_TRUE(world.sends());
    const std::string scan = "MAIL FROM:<scanner@here.test>\r\n" + std::string{kTo} +
                             "DATA\r\nSubject: scan\r\n\r\n.\r\n";
    EXPECT_THAT(world.hear(scan), HasSubstr("Queued as"));
    EXPECT_THAT(world.hear(scan), Not(HasSubstr("Queued as")));
    EXPECT_FALSE(world.sends());
}

TEST(LimitsSession, a_stranger_has_no_account_that_could_run_out) {
    LimitsWorld world;
    world.settings.account_limits = {
        .messages = {1, 1h}, .recipients = {1, 1h}, .message_recipients = 1, .message_size = 1};
    const std::string message = "MAIL FROM:<a@example.net>\r\n" + std::string{kTo} +
                                "RCPT TO:<sales@here.test>\r\nDATA\r\nSubject: x\r\n\r\n.\r\n";
    world.hear(message + message);
    EXPECT_EQ(world.queued().size(), 2u);
}

TEST(LimitsSession, where_nobody_can_count_mail_goes_on_and_the_log_says_so) {
    LimitsWorld world;
    NoRates away;
    world.serving_rates = &away;
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(world.sends());
    const auto* event = world.event("policy.decision", "rate_uncounted");
    ASSERT_TRUE(event);
    EXPECT_EQ(event->outcome, audit::Outcome::error);
    EXPECT_EQ(event->severity, audit::Severity::warning);
    EXPECT_THAT(event->detail, HasSubstr("unavailable"));
}

}  // namespace
}  // namespace signet::submission
