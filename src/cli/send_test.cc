#include "cli/compose.h"
#include "cli/send_dialogue.h"
#include "net/run_task.h"
#include "net/scripted_stream.h"

#include <gtest/gtest.h>

namespace signet::cli {
namespace {

TEST(Compose, makes_a_whole_message_with_crlf) {
    const ManualClock clock;
    const auto message = compose({.from = "ann@a.example",
                                  .to = {"bob@b.example", "eve@e.example"},
                                  .subject = "hello",
                                  .body = "one\ntwo"},
                                 clock.wall(), "01TOKEN");
    EXPECT_EQ(message,
              "From: ann@a.example\r\nTo: bob@b.example,\r\n eve@e.example\r\nSubject: hello\r\n"
              "Date: Tue, 24 Nov 2026 06:00:00 +0000\r\nMessage-ID: <01TOKEN@a.example>\r\n"
              "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
              "Content-Transfer-Encoding: 8bit\r\n\r\none\r\ntwo\r\n");
}

TEST(Compose, security_22_no_value_begins_another_field) {
    const auto message = compose({.from = "a@a.example",
                                  .to = {"b@b.example\r\nBcc: x@x.example"},
                                  .subject = "hi\r\nX-Evil: 1\n",
                                  .body = ""},
                                 {}, "t");
    EXPECT_EQ(message.find("\nX-Evil"), std::string::npos);
    EXPECT_EQ(message.find("\nBcc"), std::string::npos);
}

TEST(Compose, a_subject_beyond_ascii_is_encoded_in_whole_characters) {
    std::string subject;
    for (int i = 0; i < 40; ++i) subject += "\xC3\xBC";
    const auto message = compose(
        {.from = "a@a.example", .to = {"b@b.example"}, .subject = subject, .body = ""}, {}, "t");
    EXPECT_NE(message.find("Subject: =?UTF-8?B?"), std::string::npos);
    EXPECT_NE(message.find("?=\r\n =?UTF-8?B?"), std::string::npos);
    for (const char c : message) EXPECT_LT(static_cast<unsigned char>(c), 0x80);
}

TEST(Compose, line_ends_become_crlf_once) {
    EXPECT_EQ(with_crlf("a\nb\r\nc\rd"), "a\r\nb\r\nc\r\nd\r\n");
    EXPECT_EQ(with_crlf(""), "");
    EXPECT_EQ(with_crlf("\n\n"), "\r\n\r\n");
}

class Dialogue : public ::testing::Test {
protected:
    smtp::Finished talk(bool inside_tls = false) {
        Conversation conversation;
        conversation.setting.hostname = "laptop";
        conversation.setting.inside_tls = inside_tls;
        conversation.setting.credentials = {"ann@a.example", Secret::copy_of("correct horse")};
        conversation.message.envelope.sender.mailbox = mail::parse_mailbox("ann@a.example");
        conversation.message.envelope.recipients = {{*mail::parse_mailbox("bob@b.example")}};
        conversation.content = "Subject: x\r\n\r\n.hello\r\n";
        conversation.message.octets = conversation.content.size();
        if (inside_tls) stream_.inside_tls();
        return net::run_task(
            converse(stream_, std::move(conversation), clock_,
                     [this](std::string_view line) { shown_ += std::string{line} + "\n"; }));
    }

    ManualClock clock_;
    net::ScriptedStream stream_{clock_};
    std::string shown_;
};

TEST_F(Dialogue, security_23_is_shown_line_by_line_and_the_password_never) {
    stream_.say("220 mail ready\r\n")
        .say("250-mail\r\n250 STARTTLS\r\n")
        .say("220 go\r\n")
        .start_tls()
        .say("250-mail\r\n250 AUTH PLAIN LOGIN\r\n")
        .say("235 2.7.0 welcome\r\n")
        .say("250 2.1.0 ok\r\n")
        .say("250 2.1.5 ok\r\n")
        .say("354 go on\r\n")
        .say("250 2.0.0 queued as 01X\r\n")
        .say("221 bye\r\n");
    const auto finished = talk();
    EXPECT_EQ(finished.end, smtp::ClientEnd::completed) << shown_;
    EXPECT_EQ(shown_,
              "<-  220 mail ready\n"
              " -> EHLO laptop\n"
              "<-  250-mail\n"
              "<-  250 STARTTLS\n"
              " -> STARTTLS\n"
              "<-  220 go\n"
              "*** TLSv1.3, TLS_AES_256_GCM_SHA384\n"
              " ~> EHLO laptop\n"
              "<~  250-mail\n"
              "<~  250 AUTH PLAIN LOGIN\n"
              " ~> AUTH PLAIN ***\n"
              "<~  235 2.7.0 welcome\n"
              " ~> MAIL FROM:<ann@a.example>\n"
              "<~  250 2.1.0 ok\n"
              " ~> RCPT TO:<bob@b.example>\n"
              "<~  250 2.1.5 ok\n"
              " ~> DATA\n"
              "<~  354 go on\n"
              "*** the message, 22 octets, and the final dot\n"
              "<~  250 2.0.0 queued as 01X\n"
              " ~> QUIT\n"
              "<~  221 bye\n");
    EXPECT_NE(stream_.written().find("\r\n..hello\r\n.\r\n"), std::string::npos);
}

TEST_F(Dialogue, security_23_login_hides_both_words) {
    stream_.say("220 mail\r\n")
        .say("250-mail\r\n250 AUTH LOGIN\r\n")
        .say("334 VXNlcm5hbWU6\r\n")
        .say("334 UGFzc3dvcmQ6\r\n")
        .say("535 5.7.8 no\r\n");
    EXPECT_EQ(talk(true).end, smtp::ClientEnd::auth_refused);
    EXPECT_NE(shown_.find("***\n"), std::string::npos);
    for (const auto secret : {"correct horse", "Y29ycmVjdCBob3JzZQ=="}) {
        EXPECT_EQ(shown_.find(secret), std::string::npos) << shown_;
    }
}

TEST_F(Dialogue, security_04_a_server_without_starttls_hears_no_password) {
    stream_.say("220 mail\r\n").say("250-mail\r\n250 AUTH PLAIN\r\n").say("221 bye\r\n");
    EXPECT_EQ(talk().end, smtp::ClientEnd::tls_unavailable);
    EXPECT_EQ(stream_.written().find("AUTH"), std::string::npos);
}

TEST_F(Dialogue, a_lost_connection_is_said) {
    stream_.say("220 mail\r\n");
    EXPECT_EQ(talk().end, smtp::ClientEnd::lost_before_dot);
    EXPECT_NE(shown_.find("*** connection lost: "), std::string::npos) << shown_;
}

TEST_F(Dialogue, security_23_control_characters_of_a_server_never_reach_the_terminal) {
    stream_.say("220 mail \x1b[2J\r\n");
    talk();
    EXPECT_EQ(shown_.find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace signet::cli
