#include "net/http_client.h"

#include "net/run_task.h"
#include "net/scripted_stream.h"

#include <gmock/gmock.h>

namespace signet::net {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Kind = HttpFault::Kind;

std::string response(std::string_view body, std::string_view more = "") {
    return "HTTP/1.1 200 OK\r\n" + std::string{more} +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

// Over scripts: each connection is the next one; what was asked of it is kept.
struct Scripts {
    ManualClock clock;
    std::vector<std::function<void(ScriptedStream&)>> scripts;
    std::vector<std::shared_ptr<const ScriptedStream::Transcript>> transcripts;
    std::vector<ConnectTarget> targets;
    std::optional<ConnectFault> fault;
    HttpClientOptions options{.plain_http = true};

    HttpConnect connect() {
        return [this](ConnectTarget target,
                      Deadline) -> Task<Result<std::unique_ptr<Stream>, ConnectFault>> {
            targets.push_back(target);
            if (fault || targets.size() > scripts.size()) {
                co_return fail(
                    fault.value_or(ConnectFault{ConnectFault::Kind::refused, "no script"}));
            }
            auto stream = std::make_unique<ScriptedStream>(clock);
            scripts[targets.size() - 1](*stream);
            transcripts.push_back(stream->transcript());
            co_return std::unique_ptr<Stream>(std::move(stream));
        };
    }

    // One client, one thread, one question behind the other.
    std::vector<Result<HttpResponse, HttpFault>> ask(std::vector<HttpRequest> requests) {
        std::vector<Result<HttpResponse, HttpFault>> outcomes;
        HttpClient client{options, connect()};
        run_task([&]() -> Task<void> {
            for (auto& request : requests) {
                outcomes.push_back(
                    co_await client.fetch(std::move(request), Deadline::in(clock, 10s)));
            }
        }());
        return outcomes;
    }
    Result<HttpResponse, HttpFault> ask(HttpRequest request) {
        std::vector<HttpRequest> requests;
        requests.push_back(std::move(request));
        return std::move(ask(std::move(requests)).front());
    }
    Result<HttpResponse, HttpFault> ask(std::string answer) {
        scripts = {[=](ScriptedStream& stream) { stream.say(answer).hang_up(); }};
        return ask({.url = "http://idp.test/x"});
    }
};

std::vector<HttpRequest> twice(bool repeatable = true) {
    std::vector<HttpRequest> requests;
    for (int i = 0; i < 2; ++i) {
        requests.push_back({.url = "http://idp.test/x", .repeatable = repeatable});
    }
    return requests;
}

TEST(HttpClient, asks_and_gives_the_status_and_the_body_whatever_the_status_is) {
    for (const int status : {200, 201, 304, 400, 401, 404, 500, 503}) {
        Scripts world;
        const auto outcome =
            world.ask("HTTP/1.1 " + std::to_string(status) + " x\r\nContent-Length: 0\r\n\r\n");
        ASSERT_TRUE(outcome) << outcome.error().text;
        EXPECT_EQ(outcome->status, status);
    }
    Scripts world;
    world.scripts = {[](ScriptedStream& stream) { stream.trickle(response("hello")).stall(); }};
    HttpRequest request{
        .method = "POST", .url = "http://idp.test:8080/token?a", .body = Secret{"b=c"}};
    request.fields.push_back({"Authorization", Secret{"Bearer t"}});
    const auto outcome = world.ask(std::move(request));
    ASSERT_TRUE(outcome) << outcome.error().text;
    EXPECT_EQ(outcome->body.reveal(), "hello");
    EXPECT_EQ(world.transcripts[0]->written,
              "POST /token?a HTTP/1.1\r\nHost: idp.test:8080\r\nAuthorization: Bearer t\r\n"
              "Content-Length: 3\r\n\r\nb=c");
    EXPECT_EQ(world.targets[0].host, "idp.test");
    EXPECT_EQ(world.targets[0].port, 8080);
    EXPECT_TRUE(world.targets[0].public_only);
    EXPECT_FALSE(world.targets[0].implicit_tls);
}

TEST(HttpClient, a_connection_serves_the_next_question_to_the_same_origin) {
    Scripts world;
    world.scripts = {
        [](ScriptedStream& stream) { stream.say(response("one")).say(response("two")).stall(); }};
    const auto outcomes = world.ask(twice());
    ASSERT_TRUE(outcomes[0] && outcomes[1]);
    EXPECT_EQ(outcomes[0]->body.reveal(), "one");
    EXPECT_EQ(outcomes[1]->body.reveal(), "two");
    EXPECT_EQ(world.targets.size(), 1u);
}

TEST(HttpClient, a_connection_that_does_not_stay_open_is_closed_and_not_used_again) {
    for (const std::string& first :
         {response("one", "Connection: close\r\n"), response("one") + "stray"}) {
        Scripts world;
        world.scripts = {[&](ScriptedStream& stream) { stream.say(first).say(response("bad")); },
                         [](ScriptedStream& stream) { stream.say(response("two")).stall(); }};
        const auto outcomes = world.ask(twice());
        ASSERT_TRUE(outcomes[0] && outcomes[1]);
        EXPECT_EQ(outcomes[1]->body.reveal(), "two");
        EXPECT_TRUE(world.transcripts[0]->closed);
    }
}

TEST(HttpClient, another_origin_gets_its_own_connection) {
    Scripts world;
    world.scripts = {[](ScriptedStream& stream) { stream.say(response("one")).stall(); },
                     [](ScriptedStream& stream) { stream.say(response("two")).stall(); }};
    std::vector<HttpRequest> requests;
    requests.push_back({.url = "http://idp.test/x"});
    requests.push_back({.url = "http://idp.test:81/x"});
    const auto outcomes = world.ask(std::move(requests));
    EXPECT_EQ(outcomes[1]->body.reveal(), "two");
    EXPECT_EQ(world.targets[1].port, 81);
}

TEST(HttpClient, a_question_is_asked_again_when_the_connection_was_closed_while_it_waited) {
    Scripts world;
    world.scripts = {[](ScriptedStream& stream) { stream.say(response("one")).hang_up(); },
                     [](ScriptedStream& stream) { stream.say(response("two")).stall(); }};
    const auto outcomes = world.ask(twice());
    ASSERT_TRUE(outcomes[1]) << outcomes[1].error().text;
    EXPECT_EQ(outcomes[1]->body.reveal(), "two");
}

TEST(HttpClient, what_may_not_be_said_twice_gets_a_connection_of_its_own_and_is_said_once) {
    Scripts world;
    world.scripts = {[](ScriptedStream& stream) { stream.say(response("one")).stall(); },
                     [](ScriptedStream& stream) { stream.hang_up(); },
                     [](ScriptedStream& stream) { stream.say(response("three")).stall(); }};
    const auto outcomes = world.ask(twice(/*repeatable=*/false));
    ASSERT_FALSE(outcomes[1]);
    EXPECT_EQ(outcomes[1].error().kind, Kind::lost);
    EXPECT_EQ(world.targets.size(), 2u);
}

TEST(HttpClient, an_answer_that_was_begun_is_not_asked_for_again) {
    Scripts world;
    world.scripts = {[](ScriptedStream& stream) {
                         stream.say(response("one")).say("HTTP/1.1 200 OK\r\n").hang_up();
                     },
                     [](ScriptedStream& stream) { stream.say(response("three")).stall(); }};
    const auto outcomes = world.ask(twice());
    ASSERT_FALSE(outcomes[1]);
    EXPECT_EQ(outcomes[1].error().kind, Kind::lost);
    EXPECT_EQ(outcomes[1].error().text,
              "http://idp.test:80 ended the connection within its answer");
}

TEST(HttpClient, security_15_a_redirect_is_a_fault_that_names_where_it_leads) {
    struct Case {
        std::string location, names;
    };
    for (const int status : {300, 301, 302, 303, 307, 308}) {
        for (const auto& [location, names] : std::vector<Case>{
                 {"http://169.254.169.254/latest?secret", "sends us to http://169.254.169.254:80,"},
                 {"https://other.test/path", "sends us to https://other.test:443,"},
                 {"/elsewhere", "sends us to http://idp.test:80,"},
                 {"//other.test/", "sends us to an address that is none,"},
                 {"file:///etc/passwd", "sends us to an address that is none,"},
                 {"", "sends us to an address that is none,"},
             }) {
            Scripts world;
            const auto outcome =
                world.ask("HTTP/1.1 " + std::to_string(status) + " x\r\nLocation: " + location +
                          "\r\nContent-Length: 0\r\n\r\n");
            ASSERT_FALSE(outcome);
            EXPECT_EQ(outcome.error().kind, Kind::redirected);
            EXPECT_THAT(outcome.error().text, HasSubstr(names));
            EXPECT_THAT(outcome.error().text, testing::Not(HasSubstr("secret")));
            EXPECT_EQ(world.targets.size(), 1u);
        }
    }
}

TEST(HttpClient, each_way_not_to_get_an_answer_is_its_own_fault) {
    struct Case {
        std::function<void(ScriptedStream&)> script;
        Kind kind;
        std::string text;
    };
    for (const auto& [script, kind, text] : std::vector<Case>{
             {[](auto& s) { s.hang_up(); }, Kind::lost, "ended the connection without an answer"},
             {[](auto& s) { s.say("HTTP/1.1 200").hang_up(); }, Kind::lost, "within its answer"},
             {[](auto& s) { s.stall(); }, Kind::timed_out, "gave no answer in time"},
             {[](auto& s) {
                  s.say("HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n");
                  for (int i = 0; i < 60; ++i) s.say("H").pause(1s);
              },
              Kind::timed_out, "gave no answer in time"},
             {[](auto& s) { s.say("220 mail.test ESMTP\r\n").stall(); }, Kind::bad_answer,
              "the answer of http://idp.test:80 is not HTTP"},
             {[](auto& s) { s.say("HTTP/1.1 200 OK\r\n\r\n").stall(); }, Kind::bad_answer,
              "says nothing of how long it is"},
             {[](auto& s) { s.say("HTTP/1.1 200 OK\r\nContent-Length: 1048577\r\n\r\n"); },
              Kind::bad_answer, "is larger than is read"},
         }) {
        Scripts world;
        world.scripts = {script};
        const auto outcome = world.ask(HttpRequest{.url = "http://idp.test/x"});
        ASSERT_FALSE(outcome) << text;
        EXPECT_EQ(outcome.error().kind, kind) << outcome.error().text;
        EXPECT_THAT(outcome.error().text, HasSubstr(text));
        EXPECT_TRUE(world.transcripts[0]->closed);
    }
}

TEST(HttpClient, why_nobody_was_reached_is_kept_apart) {
    struct Case {
        ConnectFault::Kind from;
        Kind to;
    };
    using enum ConnectFault::Kind;
    for (const auto& [from, to] : std::vector<Case>{{no_such_host, Kind::name},
                                                    {resolver, Kind::name},
                                                    {refused, Kind::connect},
                                                    {unreachable, Kind::connect},
                                                    {not_public, Kind::inside},
                                                    {timed_out, Kind::timed_out},
                                                    {tls, Kind::tls},
                                                    {cancelled, Kind::cancelled}}) {
        Scripts world;
        world.fault = {from, "192.0.2.1:80: why"};
        const auto outcome = world.ask(HttpRequest{.url = "http://idp.test/x"});
        ASSERT_FALSE(outcome);
        EXPECT_EQ(outcome.error().kind, to);
        EXPECT_EQ(outcome.error().text, "http://idp.test:80 cannot be reached: 192.0.2.1:80: why");
    }
}

TEST(HttpClient, what_cannot_be_asked_is_asked_of_nobody) {
    Scripts world;
    world.options.plain_http = false;
    const auto fault = [&](HttpRequest request) {
        const auto outcome = world.ask(std::move(request));
        EXPECT_FALSE(outcome);
        EXPECT_TRUE(world.targets.empty());
        return outcome ? HttpFault{} : outcome.error();
    };
    EXPECT_EQ(fault({.url = "http://idp.test/"}).text,
              "http://idp.test:80 would be asked in the clear: write https://");
    EXPECT_EQ(fault({.url = "https://idp.test/"}).text,
              "https://idp.test:443 cannot be asked without TLS");
    EXPECT_EQ(fault({.url = "idp.test"}).text,
              "the address idp.test begins with neither https:// nor http://");
    EXPECT_EQ(fault({.url = "https://a@b/"}).kind, Kind::bad_url);
    world.options.plain_http = true;
    EXPECT_EQ(fault({.method = "G T", .url = "http://idp.test/"}).kind, Kind::bad_request);
    HttpRequest request{.url = "http://idp.test/"};
    request.fields.push_back({"X", Secret{"a\r\nb: c"}});
    EXPECT_EQ(fault(std::move(request)).kind, Kind::bad_request);
}

TEST(HttpClient, security_18_beyond_its_places_it_is_busy_and_goes_on) {
    Scripts world;
    world.options.connections = 1;
    world.scripts = {[](ScriptedStream& stream) { stream.say(response("one")).stall(); },
                     [](ScriptedStream& stream) { stream.say(response("two")).stall(); }};
    HttpClient client{world.options, world.connect()};
    std::optional<Result<HttpResponse, HttpFault>> within;
    const auto ask = [&]() -> Task<void> {
        const auto connect = [&](ConnectTarget target, Deadline deadline) {
            return world.connect()(std::move(target), deadline);
        };
        HttpClient outer{
            world.options,
            [&](ConnectTarget target,
                Deadline deadline) -> Task<Result<std::unique_ptr<Stream>, ConnectFault>> {
                within.emplace(co_await outer.fetch({.url = "http://b.test/"}, deadline));
                co_return co_await connect(std::move(target), deadline);
            }};
        const auto first =
            co_await outer.fetch({.url = "http://a.test/"}, Deadline::in(world.clock, 10s));
        EXPECT_TRUE(first);
    };
    run_task(ask());
    ASSERT_TRUE(within && !*within);
    EXPECT_EQ(within->error().kind, Kind::busy);
}

}  // namespace
}  // namespace signet::net
