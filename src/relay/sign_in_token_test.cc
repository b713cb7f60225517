// A route that signs in by access tokens, from the provider's answer to the next hop's.
#include "base/base64.h"
#include "net/run_task.h"
#include "relay/relay_world.h"
#include "relay/scripted_hops.h"
#include "relay/session.h"
#include "relay/transport_smarthost.h"

#include <gmock/gmock.h>

namespace signet::relay {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string kMicrosoftEhlo = "250-smtp.test\r\n250 AUTH LOGIN XOAUTH2\r\n";
const std::string kBothEhlo = "250-smtp.test\r\n250 AUTH PLAIN XOAUTH2 OAUTHBEARER\r\n";

class NoVault final : public TokenVault {
public:
    Task<Result<std::optional<Secret>, std::string>> read(std::string) override {
        co_return std::nullopt;
    }
    Task<Result<void, std::string>> keep(std::string, Secret) override {
        co_return Result<void, std::string>{};
    }
};

struct Bench {
    RelayWorld world{};
    ScriptedHops hops{world.clock};
    Salting salting{};
    NoVault vault{};
    int status = 200;
    unsigned asked = 0;
    std::shared_ptr<TokenSource> tokens = std::make_shared<TokenSource>(
        TokenSetting{.route = "up", .token_url = "https://idp.test/token", .client = {.id = "i"}},
        TokenParts{.fetch = [this](net::HttpRequest, Deadline) { return answer(); },
                   .vault = vault,
                   .clock = world.clock,
                   .entropy = world.entropy});

    Task<Result<net::HttpResponse, net::HttpFault>> answer() {
        net::HttpResponse response{.status = status};
        response.body = Secret{R"({"access_token":"t)" + std::to_string(++asked) +
                               R"(","token_type":"Bearer","expires_in":3600})"};
        co_return response;
    }

    NextHop hop() {
        return {.host = "smtp.test",
                .port = 465,
                .implicit_tls = true,
                .sign_in = std::make_shared<const SignIn>("scan@example.com", Secret{},
                                                          std::vector<std::string>{}, world.entropy,
                                                          salting, tokens),
                .hostname = "us.test"};
    }

    // What the queue says of the recipient behind one try; "gone" if the message left it.
    std::string try_once() {
        const std::shared_ptr<Transport> transport =
            make_smart_host_transport({hop()}, world.clock, hops.connect());
        world.routes.set({{"up", {{"*"}}, transport}});
        const auto id = world.accept({"bob@a.net"}, "Subject: x\r\n\r\ny\r\n", "");
        const auto services = world.services();
        net::run_task(
            deliver(services, world.ways.sessions, std::move(world.claim()[0]), Deadline::never()));
        const auto entry = world.find(id);
        world.ways.destinations.forget();
        return entry ? entry->recipients[0].last_reply : "gone";
    }
    std::string said(std::size_t i) const { return hops.kept.at(i)->written(); }

    Probe probe_once() {
        const Connect connect = hops.connect();
        return net::run_task(probe(hop(), {world.clock, connect}));
    }
};

auto taking(std::string ehlo) {
    return [ehlo](net::ScriptedStream& peer) {
        peer.say("220 mx\r\n").say(ehlo).say("235 ok\r\n").say("250 ok\r\n").say("250 ok\r\n");
        peer.say("354 go\r\n").say("250 kept\r\n");
    };
}

auto refusing(std::string reply) {
    return [reply](net::ScriptedStream& peer) {
        peer.say("220 mx\r\n").say(kMicrosoftEhlo).say("334 eyJzdGF0dXMiOiI0MDAifQ==\r\n");
        peer.say(reply);
    };
}

TEST(SignInByToken, the_token_goes_by_the_best_mechanism_that_takes_one) {
    Bench bench;
    bench.hops.scripts = {taking(kMicrosoftEhlo), taking(kBothEhlo)};
    EXPECT_EQ(bench.try_once(), "gone");
    EXPECT_THAT(bench.said(0), HasSubstr("AUTH XOAUTH2 " +
                                         base64("user=scan@example.com\x01"
                                                "auth=Bearer t1\x01\x01") +
                                         "\r\nMAIL FROM:<>"));
    EXPECT_EQ(bench.world.audit.events().back().mechanism, "XOAUTH2");
    EXPECT_EQ(bench.try_once(), "gone");
    EXPECT_THAT(bench.said(1), HasSubstr("AUTH OAUTHBEARER " + base64("n,a=scan@example.com,\x01"
                                                                      "auth=Bearer t1\x01\x01")));
    EXPECT_EQ(bench.asked, 1u);
}

TEST(SignInByToken, a_server_that_takes_no_tokens_gets_none) {
    Bench bench;
    bench.hops.scripts = {taking(kEhlo)};
    EXPECT_THAT(bench.try_once(), StartsWith("451 4.7.0 the next hop offers no AUTH mechanism for "
                                             "access tokens that may be used"));
    EXPECT_EQ(bench.said(0), "EHLO us.test\r\nQUIT\r\n");
}

TEST(SignInByToken, without_a_token_nobody_is_connected_to_and_the_mail_waits) {
    Bench bench;
    bench.status = 503;
    EXPECT_EQ(bench.try_once(),
              "454 4.7.0 no access token to sign in with: the provider answered HTTP 503 "
              "(smtp.test:465)");
    EXPECT_TRUE(bench.hops.targets.empty());
    EXPECT_EQ(bench.world.events().back(), "message.deferred up bob@a.net auth");
    bench.status = 200;
    bench.world.clock.advance(TokenSource::kFirstPause);
    bench.hops.scripts = {taking(kMicrosoftEhlo)};
    EXPECT_EQ(bench.try_once(), "gone");
}

TEST(SignInByToken, each_reply_of_a_failure_map_waits_with_its_sentence) {
    struct Case {
        std::string reply, says;
    };
    for (const auto& [reply, says] : std::vector<Case>{
             {"535 5.7.3 Authentication unsuccessful [AM0]\r\n",
              "the token is not for this service"},
             {"535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled\r\n",
              "Set-CASMailbox"},
             {"430 4.2.0 STOREDRV; mailbox logon failure\r\n", "Add-MailboxPermission"},
             {"432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded\r\n",
              "connections = 3"},
             {"550 5.7.30 Basic authentication is not supported\r\n", "auth.oauth"},
             {"535 5.7.8 no\r\n", "535 5.7.8 no"},
         }) {
        Bench bench;
        bench.hops.scripts = {refusing(reply)};
        const auto said = bench.try_once();
        EXPECT_THAT(said, StartsWith(reply.substr(0, reply.size() - 2)));
        EXPECT_THAT(said, HasSubstr(says));
        EXPECT_THAT(said, Not(HasSubstr("t1")));
        EXPECT_EQ(bench.world.events().back(), "message.deferred up bob@a.net auth");
        EXPECT_THAT(bench.said(0), HasSubstr("\r\n\r\n"));  // the empty answer to the reason
        EXPECT_THAT(bench.said(0), Not(HasSubstr("MAIL")));
    }
}

TEST(SignInByToken, the_daily_limit_of_a_mailbox_bounces_nothing) {
    Bench bench;
    bench.hops.scripts = {[](net::ScriptedStream& peer) {
        peer.say("220 mx\r\n").say(kMicrosoftEhlo).say("235 ok\r\n").say("250 ok\r\n");
        peer.say("250 ok\r\n").say("354 go\r\n");
        peer.say("554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; x\r\n");
    }};
    EXPECT_THAT(bench.try_once(), HasSubstr("the mailbox has sent what it may in a day"));
    EXPECT_EQ(bench.world.events().back(), "message.deferred up bob@a.net remote_4xx");
}

TEST(SignInByToken, a_token_that_was_taken_back_is_got_anew) {
    Bench bench;
    bench.hops.scripts = {taking(kMicrosoftEhlo), refusing("535 5.7.3 no\r\n"),
                          taking(kMicrosoftEhlo)};
    EXPECT_EQ(bench.try_once(), "gone");
    bench.world.clock.advance(std::chrono::minutes{5});
    EXPECT_THAT(bench.try_once(), StartsWith("535 5.7.3"));
    EXPECT_EQ(bench.try_once(), "gone");
    EXPECT_EQ(bench.asked, 2u);
}

TEST(SignInByToken, a_probe_signs_in_and_begins_no_message) {
    Bench bench;
    bench.hops.scripts = {taking(kMicrosoftEhlo)};
    const auto fine = bench.probe_once();
    EXPECT_TRUE(fine.signed_in) << fine.said;
    EXPECT_THAT(bench.said(0), testing::EndsWith("\r\nQUIT\r\n"));
    EXPECT_THAT(bench.said(0), Not(HasSubstr("MAIL")));
    EXPECT_TRUE(bench.hops.kept[0]->closed());

    Bench refused;
    refused.hops.scripts = {refusing("535 5.7.139 Authentication unsuccessful\r\n")};
    const auto no = refused.probe_once();
    EXPECT_FALSE(no.signed_in);
    EXPECT_THAT(no.said, HasSubstr("535 5.7.139"));
    EXPECT_THAT(no.said, HasSubstr("Set-CASMailbox"));
    EXPECT_EQ(no.mechanism, "XOAUTH2");

    Bench down;
    down.hops.fault = {net::ConnectFault::Kind::refused, "192.0.2.1:465: refused"};
    EXPECT_EQ(down.probe_once().said, "192.0.2.1:465: refused");

    Bench no_token;
    no_token.status = 500;
    EXPECT_EQ(no_token.probe_once().said, "the provider answered HTTP 500");
}

}  // namespace
}  // namespace signet::relay
