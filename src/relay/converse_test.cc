#include "relay/converse.h"

#include "net/fake_pipe.h"
#include "net/run_task.h"
#include "net/scripted_stream.h"

#include <gtest/gtest.h>

namespace signet::relay {
namespace {

using namespace std::chrono_literals;
using smtp::ClientEnd;

class TextReader final : public queue::ContentReader {
public:
    explicit TextReader(std::vector<std::string> parts) : parts_(std::move(parts)) {}
    std::optional<StoreFault> fault{};  // behind the last part

    Task<Result<std::string, StoreFault>> read() override {
        if (at_ < parts_.size()) co_return parts_[at_++];
        if (fault) co_return fail(*fault);
        co_return std::string{};
    }

private:
    std::vector<std::string> parts_;
    std::size_t at_ = 0;
};

smtp::ClientProtocol client(smtp::TlsPolicy tls, std::string user = {}) {
    smtp::Outgoing message;
    message.envelope.sender.mailbox = {"ann", "example.org"};
    message.envelope.recipients.push_back({{"bob", "example.net"}});
    message.octets = 22;
    return smtp::ClientProtocol{
        {.hostname = "us.example", .tls = tls, .credentials = {std::move(user), Secret{"pencil"}}},
        std::move(message)};
}

// The "client" of the script is the next hop here: it only speaks second in turn.
struct Bench {
    ManualClock clock{};
    net::ScriptedStream stream{clock};
    TextReader content{{"Subject: x\r\n\r\n", ".hello\r\n"}};

    smtp::Finished run(smtp::ClientProtocol machine, Patience patience = {}) {
        return net::run_task(converse(stream, machine, content, clock, patience));
    }
};

const std::string kEhlo = "250-mx\r\n250-PIPELINING\r\n250 AUTH PLAIN\r\n";

TEST(Converse, AMessageIsSentAndTheStreamIsClosed) {
    Bench bench;
    bench.stream.say("220 mx\r\n")
        .say(kEhlo)
        .say("250 ok\r\n250 ok\r\n354 go\r\n")
        .say("250 kept\r\n")
        .say("221 bye\r\n");
    const auto finished = bench.run(client(smtp::TlsPolicy::none));
    EXPECT_EQ(finished.end, ClientEnd::completed);
    EXPECT_TRUE(bench.stream.closed());
    EXPECT_TRUE(
        bench.stream.written().ends_with("DATA\r\nSubject: x\r\n\r\n..hello\r\n.\r\nQUIT\r\n"));
}

TEST(Converse, TlsBeginsWhereTheMachineAsksForItAndThePasswordGoesInside) {
    Bench bench;
    bench.stream.say("220 mx\r\n")
        .say("250-mx\r\n250 STARTTLS\r\n")
        .say("220 go\r\n")
        .start_tls()
        .say(kEhlo)
        .say("235 ok\r\n")
        .say("250 ok\r\n250 ok\r\n354 go\r\n")
        .say("250 kept\r\n");
    const auto finished = bench.run(client(smtp::TlsPolicy::verified, "ann"));
    EXPECT_EQ(finished.end, ClientEnd::completed);
    const auto secret = bench.stream.written().find("AUTH PLAIN ");
    ASSERT_NE(secret, std::string::npos);
    EXPECT_GE(secret, bench.stream.written_before_tls());
}

TEST(Converse, AFailedHandshakeDefers) {
    Bench bench;
    bench.stream.say("220 mx\r\n").say("250-mx\r\n250 STARTTLS\r\n").say("220 go\r\n").fail_tls();
    const auto finished = bench.run(client(smtp::TlsPolicy::verified));
    EXPECT_EQ(finished.end, ClientEnd::tls_failed);
    EXPECT_TRUE(bench.stream.closed());
}

TEST(Converse, security_04_OctetsInTheSocketBeforeTheHandshakeAreAnAttack) {
    Bench bench;
    bench.stream.say("220 mx\r\n")
        .say("250-mx\r\n250 STARTTLS\r\n")
        .say("220 go\r\n")
        .glue("250 forged\r\n")
        .start_tls();
    EXPECT_EQ(bench.run(client(smtp::TlsPolicy::verified)).end, ClientEnd::injected);
    EXPECT_EQ(bench.stream.written().find("MAIL"), std::string::npos);
}

TEST(Converse, TheConnectionMayBreakAnywhere) {
    struct Case {
        unsigned lines;
        ClientEnd end;
    };
    for (const auto& [lines, end] : {Case{0, ClientEnd::lost_before_dot},
                                     {2, ClientEnd::lost_before_dot},
                                     {3, ClientEnd::lost_after_dot},
                                     {4, ClientEnd::completed}}) {
        Bench bench;
        const std::string script[] = {"220 mx\r\n", kEhlo, "250 ok\r\n250 ok\r\n354 go\r\n",
                                      "250 kept\r\n"};
        for (unsigned i = 0; i < lines; ++i) bench.stream.say(script[i]);
        lines == 3 ? bench.stream.stall() : bench.stream.hang_up();
        EXPECT_EQ(bench.run(client(smtp::TlsPolicy::none)).end, end) << lines;
    }
}

TEST(Converse, ContentThatBreaksOffIsNotSentToItsEnd) {
    Bench bench;
    bench.content.fault = StoreFault::corrupt;
    bench.stream.say("220 mx\r\n")
        .say(kEhlo)
        .say("250 ok\r\n250 ok\r\n354 go\r\n")
        .say("250 kept\r\n");
    EXPECT_EQ(bench.run(client(smtp::TlsPolicy::none)).end, ClientEnd::content_unavailable);
    EXPECT_EQ(bench.stream.written().find("\r\n.\r\n"), std::string::npos);
}

TEST(Converse, security_18_AnAnswerOctetByOctetGetsNoMoreTimeThanAWholeOne) {
    Bench bench;
    const auto begun = bench.clock.steady();
    for (int i = 0; i < 1'000; ++i) bench.stream.pause(60s).say(i == 0 ? "2" : "x");
    const auto finished = bench.run(client(smtp::TlsPolicy::none), {.step = 300s});
    EXPECT_EQ(finished.end, ClientEnd::lost_before_dot);
    EXPECT_LE(bench.clock.steady() - begun, 301s);
    EXPECT_NE(finished.recipients[0].reply.text().find("timed_out"), std::string::npos);
}

TEST(Converse, TheAnswerToTheDotIsWaitedForTenMinutes) {
    for (const auto& [late, end] :
         {std::pair{590s, ClientEnd::completed}, {610s, ClientEnd::lost_after_dot}}) {
        Bench bench;
        bench.stream.say("220 mx\r\n")
            .say(kEhlo)
            .say("250 ok\r\n250 ok\r\n354 go\r\n")
            .pause(late)
            .say("250 kept\r\n")
            .say("221 bye\r\n");
        EXPECT_EQ(bench.run(client(smtp::TlsPolicy::none)).end, end) << late.count();
    }
}

TEST(Converse, AnAnswerToQuitThatDoesNotComeIsNotWaitedForLong) {
    Bench bench;
    bench.stream.say("220 mx\r\n")
        .say(kEhlo)
        .say("250 ok\r\n250 ok\r\n354 go\r\n")
        .say("250 kept\r\n")
        .stall();
    const auto begun = bench.clock.steady();
    EXPECT_EQ(bench.run(client(smtp::TlsPolicy::none)).end, ClientEnd::completed);
    EXPECT_LE(bench.clock.steady() - begun, 6s);
}

TEST(Converse, TheWholeConversationHasADeadline) {
    Bench bench;
    for (int i = 0; i < 2; ++i) bench.stream.pause(50s).say(i == 0 ? "220 mx\r\n" : kEhlo);
    bench.stream.stall();
    const auto begun = bench.clock.steady();
    const auto finished =
        bench.run(client(smtp::TlsPolicy::none), {.whole = Deadline::in(bench.clock, 120s)});
    EXPECT_EQ(finished.end, ClientEnd::lost_before_dot);
    EXPECT_LE(bench.clock.steady() - begun, 121s);
}

}  // namespace
}  // namespace signet::relay
