// Whole sessions over a scripted client, in virtual time, with stores in memory.
#include "submission/serve_session.h"

#include "submission/session_world.h"

#include <gmock/gmock.h>
#include <algorithm>

namespace signet::submission {
namespace {

using namespace std::chrono_literals;
using net::ScriptedStream;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

TEST(Session, one_message_from_greeting_to_goodbye) {
    World world;
    world.stream->say("EHLO client.test\r\n").say("STARTTLS\r\n");
    world.signed_in()
        .say("MAIL FROM:<Ann@Example.com>\r\nRCPT TO:<bob@example.net>\r\nDATA\r\n")
        .say("Subject: hi\r\n\r\n..dot\r\n.\r\n")
        .say("QUIT\r\n");
    const auto written = world.serve(smtp::Role::submission);
    EXPECT_THAT(written, HasSubstr("354 "));
    ASSERT_EQ(world.queued().size(), 1u);
    const auto entry = world.queued()[0];
    EXPECT_THAT(written, HasSubstr("250 2.0.0 Queued as " + entry.id + "\r\n221 "));
    EXPECT_EQ(entry.info.account, "ann");
    EXPECT_EQ(entry.info.envelope.recipients[0].mailbox.text(), "bob@example.net");
    const auto content = world.content_of(entry.id);
    EXPECT_THAT(content, HasSubstr("with ESMTPSA id " + entry.id));
    EXPECT_THAT(content, HasSubstr("Date: "));
    EXPECT_THAT(content, HasSubstr("Message-ID: <"));
    EXPECT_THAT(content, EndsWith("Subject: hi\r\n\r\n.dot\r\n"));
    EXPECT_THAT(content, Not(HasSubstr("192.0.2.7")));
    EXPECT_EQ(world.end, End::quit);
}

struct Counting final : Meter {
    void admitted() override { said += "in "; }
    void moved(std::optional<Phase> from, std::optional<Phase> to) override {
        if (from) --open[static_cast<std::size_t>(*from)];
        if (to) ++open[static_cast<std::size_t>(*to)];
    }
    void command(std::string_view verb) override { (said += verb) += ' '; }
    void reply(int code) override { said += std::to_string(code) + ' '; }
    void content_answered(int code) override { said += "content" + std::to_string(code) + ' '; }
    void auth_waits(int by) override { waiting += by; }
    void handshake(const HandshakeOutcome& made) override {
        said += "tls" + std::string{made.fault ? "-" : "+"} + ' ';
    }
    std::string said;
    std::array<int, 4> open{};
    int waiting = 0;
};

TEST(Session, whoever_counts_hears_of_each_command_reply_and_handshake) {
    World world;
    Counting meter;
    world.meter = &meter;
    world.stream->say("EHLO client.test\r\nSTARTTLS\r\n");
    world.signed_in()
        .say("HELLO\r\nMAIL FROM:<ann@example.com>\r\nRCPT TO:<b@example.net>\r\nDATA\r\n")
        .say("Subject: hi\r\n\r\nhi\r\n.\r\n")
        .say("QUIT\r\n");
    world.serve(smtp::Role::submission);
    EXPECT_EQ(meter.said,
              "in 220 EHLO STARTTLS 250 220 tls+ EHLO 250 AUTH 235 OTHER MAIL RCPT DATA 500 250 "
              "250 354 content250 250 QUIT 221 ");
    EXPECT_EQ(meter.open, (std::array{0, 0, 0, 0}));
    EXPECT_EQ(meter.waiting, 0);
}

TEST(Session, a_handshake_that_fails_and_a_client_turned_away_are_counted_too) {
    World world;
    Counting meter;
    world.meter = &meter;
    world.stream->fail_tls();
    world.serve(smtp::Role::submissions);
    EXPECT_EQ(meter.said, "in tls- ");
    const auto first = world.connections.admit("a"), second = world.connections.admit("b");
    world.stream = std::make_unique<ScriptedStream>(world.clock);
    meter.said.clear();
    world.serve(smtp::Role::submission);
    EXPECT_EQ(meter.said, "421 ");
    EXPECT_EQ(meter.open, (std::array{0, 0, 0, 0}));
}

TEST(Session, every_attempt_and_acceptance_is_in_the_audit_trail) {
    World world;
    world.stream->start_tls()
        .say("EHLO client.test\r\n")
        .say(World::auth_plain("ann", "wrong"))
        .say(World::auth_plain("ann", "secret"))
        .say("MAIL FROM:<ann@example.com>\r\nRCPT TO:<bob@example.net>\r\nDATA\r\n")
        .say("Subject: hi\r\nMessage-ID: <a@b>\r\n\r\nx\r\n.\r\nQUIT\r\n");
    world.serve();
    const auto* failed = world.event("auth.attempt", "bad_password");
    ASSERT_TRUE(failed);
    EXPECT_EQ(failed->outcome, audit::Outcome::failure);
    EXPECT_EQ(failed->smtp.code, 535);
    EXPECT_EQ(failed->client.ip, "192.0.2.7");
    EXPECT_EQ(failed->mechanism, "PLAIN");
    EXPECT_EQ(failed->client.ehlo, "client.test");
    ASSERT_TRUE(world.event("auth.attempt", "ok"));
    const auto* accepted = world.event("message.accepted");
    ASSERT_TRUE(accepted);
    EXPECT_EQ(accepted->message->queue_id, world.queued()[0].id);
    EXPECT_EQ(accepted->message->message_id, "<a@b>");
    EXPECT_EQ(accepted->account_name, "ann");
    const auto session = accepted->session_id;
    ASSERT_TRUE(world.event("session.close", "quit"));
    EXPECT_EQ(world.event("session.close")->session_id, session);
}

// security.md class 3 (CVE-2011-0411, NO STARTTLS).
TEST(Session, security_03_what_is_glued_to_starttls_is_never_run) {
    for (const bool one_segment : {true, false}) {
        World world;
        world.stream->say("EHLO client.test\r\n");
        if (one_segment)
            world.stream->say("STARTTLS\r\nRSET\r\n");
        else
            world.stream->say("STARTTLS\r\n").glue("RSET\r\n");
        world.stream->start_tls();
        const auto written = world.serve(smtp::Role::submission);
        EXPECT_THAT(written, EndsWith("554 5.5.1 Nothing may follow STARTTLS before the "
                                      "handshake\r\n"));
        EXPECT_EQ(world.end, End::refused);
        EXPECT_TRUE(world.event("session.refused", "plaintext_after_starttls"));
    }
}

// security.md class 5: RFC 3207 §4.2.
TEST(Session, security_05_what_was_said_in_the_clear_is_forgotten) {
    World world;
    world.stream->say("EHLO spoof.test\r\n")
        .say("STARTTLS\r\n")
        .start_tls()
        .say(World::auth_plain("ann", "secret"))
        .say("QUIT\r\n");
    EXPECT_THAT(world.serve(smtp::Role::submission), HasSubstr("\r\n503 "));
    EXPECT_EQ(world.accounts.checks, 0);
}

TEST(Session, security_05_a_password_in_the_clear_is_refused_and_reported) {
    World world;
    world.stream->say("EHLO client.test\r\n")
        .say(World::auth_plain("ann", "secret"))
        .say("QUIT\r\n");
    EXPECT_THAT(world.serve(smtp::Role::submission), HasSubstr("\r\n53"));
    EXPECT_EQ(world.accounts.checks, 0);
    const auto* event = world.event("auth.attempt");
    ASSERT_TRUE(event);
    EXPECT_EQ(event->severity, audit::Severity::warning);
    EXPECT_EQ(event->user_name, "ann");
    EXPECT_EQ(event->account_name, "ann");
    EXPECT_EQ(event->mechanism, "PLAIN");
}

// The name that was typed is as any name of a failed attempt: hashed where nobody has it.
TEST(Session, security_05_the_exposed_password_of_nobody_names_no_account) {
    World world;
    world.stream->say("EHLO client.test\r\n")
        .say(World::auth_plain("nobody", "secret"))
        .say("AUTH PLAIN not*base64\r\n")
        .say("QUIT\r\n");
    world.serve(smtp::Role::submission);
    const auto* event = world.event("auth.attempt");
    ASSERT_TRUE(event);
    EXPECT_EQ(event->user_name, "nobody");
    EXPECT_EQ(event->account_name, "");
    EXPECT_EQ(std::ranges::count(world.events, "auth.attempt", &audit::Event::event), 2);
}

TEST(Session, security_12_unknown_and_wrong_are_answered_alike) {
    std::string first;
    for (const auto* user : {"ann", "nobody"}) {
        World world;
        world.stream->start_tls()
            .say("EHLO c\r\n")
            .say(World::auth_plain(user, "guess"))
            .say("QUIT\r\n");
        auto written = world.serve();
        EXPECT_THAT(written, HasSubstr("\r\n535 5.7.8 "));
        if (first.empty()) first = written;
        EXPECT_EQ(written, first);
    }
}

TEST(Session, a_backend_in_trouble_is_454_and_never_535) {
    World world;
    world.accounts.fault = StoreFault::unavailable;
    world.signed_in().say("QUIT\r\n");
    const auto written = world.serve();
    EXPECT_THAT(written, HasSubstr("\r\n454 4.7.0 "));
    EXPECT_THAT(written, Not(HasSubstr("535")));
    EXPECT_EQ(world.event("auth.attempt")->outcome, audit::Outcome::error);
}

// security.md class 16.
TEST(Session, security_16_too_many_failures_end_the_session) {
    World world;
    world.settings.auth.failures = 3;
    world.stream->start_tls().say("EHLO c\r\n");
    for (int i = 0; i < 5; ++i) world.stream->say(World::auth_plain("ann", "guess"));
    const auto written = world.serve();
    EXPECT_THAT(written, EndsWith("421 4.7.0 mail.test too many failed sign-ins, closing "
                                  "connection\r\n"));
    EXPECT_EQ(world.accounts.checks, 3);
    EXPECT_EQ(world.end, End::too_many_failures);
}

TEST(Session, security_16_a_banned_guess_is_temporary_and_counts_as_a_failure) {
    World world;
    world.settings.auth.failures = 2;
    world.accounts.throttled = true;
    world.secure().say(World::auth_plain("ann", "secret")).say(World::auth_plain("ann", "secret"));
    const auto written = world.serve();
    EXPECT_THAT(written, HasSubstr("\r\n454 4.7.0 Too many wrong passwords from your network"));
    EXPECT_EQ(world.end, End::too_many_failures);
    EXPECT_EQ(world.event("auth.attempt")->reason, "throttled");
    EXPECT_EQ(world.event("auth.attempt")->outcome, audit::Outcome::failure);
}

TEST(Session, security_16_the_store_is_told_who_asks) {
    World world;
    world.signed_in().say("QUIT\r\n");
    const auto client = world.stream->peer().ip;
    world.serve();
    EXPECT_EQ(world.accounts.client, client);
    EXPECT_NE(client, "");
}

// security.md class 21.
TEST(Session, security_21_a_sender_of_somebody_else_is_refused) {
    World world;
    world.stream->start_tls()
        .say("EHLO c\r\n")
        .say(World::auth_plain("ann", "secret"))
        .say("MAIL FROM:<bob@example.com>\r\n")
        .say("RCPT TO:<x@example.net>\r\n")
        .say("QUIT\r\n");
    const auto written = world.serve();
    EXPECT_THAT(written, HasSubstr("\r\n550 5.7.1 "));
    EXPECT_THAT(written, HasSubstr("\r\n503 "));  // RCPT without MAIL
    EXPECT_TRUE(world.event("message.rejected"));
}

TEST(Session, content_over_the_header_limit_is_refused_and_the_session_goes_on) {
    World world;
    world.settings.limits.header_size = 1'000;
    world.stream->start_tls()
        .say("EHLO c\r\n")
        .say(World::auth_plain("ann", "secret"))
        .say("MAIL FROM:<ann@example.com>\r\nRCPT TO:<x@example.net>\r\nDATA\r\n")
        .say("X: " + std::string(900, 'x') + "\r\nY: " + std::string(900, 'y') + "\r\n\r\n.\r\n")
        .say("NOOP\r\nQUIT\r\n");
    const auto written = world.serve();
    EXPECT_THAT(written, HasSubstr("552 5.3.4 "));
    EXPECT_THAT(written, HasSubstr("250 2.0.0 Ok\r\n221 "));
    EXPECT_TRUE(world.queued().empty());
}

// security.md class 27: a store that is full before the promise.
TEST(Session, security_27_no_space_is_452_and_nothing_is_promised) {
    const std::string text = "Subject: hi\r\n\r\nmore than ten octets\r\n";
    for (const auto& content : {"DATA\r\n" + text + ".\r\n", "BDAT 37 LAST\r\n" + text}) {
        World world;
        store::MemoryQueue small{world.clock, world.ulids, world.audit, {.octets = 10}};
        world.serving_queue = &small;
        world.signed_in().say("MAIL FROM:<ann@example.com>\r\nRCPT TO:<x@example.net>\r\n" +
                              content);
        EXPECT_THAT(world.serve(), HasSubstr("\r\n452 4.3.1 "));
        EXPECT_EQ(world.event("message.rejected")->reason, "storage_full");
        EXPECT_FALSE(world.event("message.accepted"));
    }
}

TEST(Session, a_silent_client_is_told_and_closed) {
    World world;
    world.stream->say("EHLO c\r\n").stall();
    EXPECT_THAT(world.serve(smtp::Role::submission),
                EndsWith("421 4.4.2 mail.test timed out, closing connection\r\n"));
    EXPECT_EQ(world.end, End::timed_out);
}

TEST(Session, a_drain_ends_an_idle_session_with_421) {
    World world;
    world.stream->say("EHLO c\r\n").drain();
    EXPECT_THAT(world.serve(smtp::Role::submission),
                EndsWith("421 4.3.2 mail.test shutting down, try again later\r\n"));
    EXPECT_EQ(world.end, End::drained);
}

TEST(Session, security_18_beyond_the_places_a_client_is_turned_away_with_421) {
    World world;
    const auto a = world.connections.admit("x"), b = world.connections.admit("y");
    EXPECT_EQ(world.serve(smtp::Role::submission),
              "421 4.3.2 mail.test too many connections, try again later\r\n");
    EXPECT_EQ(world.end, End::refused);
    EXPECT_TRUE(world.event("session.refused", "too_many_connections"));
}

TEST(Session, a_handshake_that_fails_is_recorded_with_the_reason) {
    World world;
    world.stream->say("EHLO c\r\n")
        .say("STARTTLS\r\n")
        .fail_tls("no shared cipher", net::HandshakeFault::no_shared_cipher);
    world.serve(smtp::Role::submission);
    EXPECT_EQ(world.end, End::tls_failed);
    const auto event = world.event("session.refused", "tls_no_shared_cipher");
    ASSERT_TRUE(event);
    EXPECT_EQ(event->detail, "no shared cipher");
    EXPECT_EQ(event->client.ip, "192.0.2.7");
    EXPECT_EQ(event->tls->version, "TLSv1.2");  // as offered
    EXPECT_EQ(event->tls->sni, "mail.test");
}

TEST(Session, one_octet_at_a_time_is_the_same_message) {
    World world;
    world.stream->start_tls().trickle(
        "EHLO c\r\n" + World::auth_plain("ann", "secret") +
        "MAIL FROM:<ann@example.com>\r\nRCPT TO:<x@example.net>\r\nDATA\r\n"
        "Subject: hi\r\n\r\n..\r\n.\r\nQUIT\r\n");
    EXPECT_THAT(world.serve(), HasSubstr("Queued as"));
    EXPECT_THAT(world.content_of(world.queued()[0].id), EndsWith("Subject: hi\r\n\r\n.\r\n"));
}

}  // namespace
}  // namespace signet::submission
