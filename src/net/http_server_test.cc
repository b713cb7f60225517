#include "net/http_server.h"

#include "net/connect.h"
#include "net/run_task.h"
#include "net/scripted_stream.h"
#include "net/system_clock.h"

#include <gmock/gmock.h>

namespace signet::net {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Task<http::Response> hello(http::Request request) {
    if (request.path != "/hello") co_return http::plain(404);
    co_return http::Response{.status = 200, .body = "hello " + request.query + "\n"};
}

struct World {
    ManualClock clock;
    HttpOptions options{.bind = {}, .allow = {}, .hostname = "mail.test"};
    std::vector<int> counted;
    Endpoint client{"127.0.0.1", 40'000};

    // What is said comes at once; behind it nothing comes.
    std::string ask(const std::function<void(ScriptedStream&)>& script) {
        options.count = [this](const http::Request&, int status) { counted.push_back(status); };
        auto stream = std::make_unique<ScriptedStream>(clock);
        const auto transcript = stream->transcript();
        stream->from(client);
        script(*stream);
        run_task(serve_http(std::move(stream), options, hello, clock));
        return transcript->written + (transcript->closed ? "" : " (open)");
    }
    std::string ask(std::string octets) {
        return ask([&](ScriptedStream& stream) { stream.say(std::move(octets)).stall(); });
    }
};

TEST(HttpServer, answers_a_get_and_closes) {
    World world;
    const auto answer = world.ask("GET /hello?you HTTP/1.1\r\nHost: localhost:1\r\n\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, testing::EndsWith("\r\n\r\nhello you\n"));
    EXPECT_EQ(world.counted, (std::vector{200}));
}

TEST(HttpServer, a_head_has_the_fields_of_a_get_and_no_body) {
    World world;
    const auto answer = world.ask("HEAD /hello?you HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(answer, HasSubstr("Content-Length: 10\r\n"));
    EXPECT_THAT(answer, testing::EndsWith("\r\n\r\n"));
}

TEST(HttpServer, each_request_that_is_not_served_says_why) {
    struct Case {
        std::string octets, status;
    };
    for (const auto& [octets, status] : std::vector<Case>{
             {"GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n", "404"},
             {"POST /hello HTTP/1.1\r\nHost: localhost\r\n\r\n", "405"},
             {"OPTIONS /hello HTTP/1.1\r\nHost: localhost\r\nOrigin: http://a.b\r\n\r\n", "405"},
             {"GET /hello HTTP/1.1\r\n\r\n", "400"},
             {"EHLO me\r\nQUIT\r\n\r\n", "400"},
             {"GET /hello HTTP/1.1\r\nHost: evil.example.net\r\n\r\n", "421"},
             {"GET /" + std::string(9'000, 'a'), "431"},
             {"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", "413"},
             {"GET / HTTP/3.0\r\nHost: a\r\n\r\n", "505"},
         }) {
        World world;
        const auto answer = world.ask(octets);
        EXPECT_THAT(answer, StartsWith("HTTP/1.1 " + status + " ")) << octets;
        EXPECT_THAT(answer, Not(HasSubstr("Access-Control"))) << octets;
        EXPECT_THAT(answer, Not(HasSubstr("(open)"))) << octets;
    }
}

TEST(HttpServer, only_this_machine_and_those_allowed_may_ask) {
    World world;
    world.client = {"192.0.2.9", 40'000};
    const std::string question = "GET /hello HTTP/1.1\r\nHost: 192.0.2.1\r\n\r\n";
    EXPECT_THAT(world.ask(question), StartsWith("HTTP/1.1 403 "));
    world.options.allow = {*parse_network("192.0.2.0/24")};
    EXPECT_THAT(world.ask(question), StartsWith("HTTP/1.1 200 "));
    world.client = {"2001:db8::1", 40'000};
    EXPECT_THAT(world.ask(question), StartsWith("HTTP/1.1 403 "));
    world.client = {"::1", 40'000};
    EXPECT_THAT(world.ask(question), StartsWith("HTTP/1.1 200 "));
}

TEST(HttpServer, security_18_a_slow_question_is_cut_off_as_a_whole) {
    World world;
    const auto answer = world.ask([](ScriptedStream& stream) {
        for (int i = 0; i < 100; ++i) stream.say("G").pause(1s);  // never idle for long
    });
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 408 "));
    EXPECT_THAT(world.ask([](ScriptedStream& stream) { stream.hang_up(); }), "");
}

Task<std::string> visit(Endpoint to, std::string octets) {
    auto stream = co_await connect({to.ip, to.port, nullptr}, Deadline::in(SystemClock{}, 10s));
    if (!stream) co_return stream.error().text;
    (void)co_await (*stream)->write(octets, Deadline::in(SystemClock{}, 10s));
    std::string all;
    for (;;) {
        const auto part = co_await (*stream)->read_some(Deadline::in(SystemClock{}, 10s));
        if (!part) break;
        all += *part;
    }
    co_await (*stream)->close();
    co_return all;
}

TEST(HttpServer, listens_and_stops_and_listens_again_on_the_same_address) {
    SystemClock clock;
    IoThreads io(1);
    io.start();
    Endpoint address{"127.0.0.1", 0};
    for (int life = 0; life < 3; ++life) {
        HttpOptions options{.bind = {address}, .allow = {}, .hostname = "mail.test"};
        auto server = HttpServer::open(io, clock, std::move(options), hello);
        for (int i = 0; !server && i < 500; ++i) {  // the last one's sockets are just being closed
            std::this_thread::sleep_for(10ms);
            server = HttpServer::open(io, clock, {.bind = {address}, .allow = {}, .hostname = ""},
                                      hello);
        }
        ASSERT_TRUE(server) << server.error();
        address = (*server)->addresses().front();
        EXPECT_THAT(run_task(visit(address, "GET /hello?x HTTP/1.0\r\n\r\n")),
                    StartsWith("HTTP/1.1 200 "));
    }
}

TEST(HttpServer, security_18_beyond_its_places_it_says_503_and_goes_on) {
    SystemClock clock;
    IoThreads io(1);
    io.start();
    HttpOptions options{.bind = {{"127.0.0.1", 0}}, .allow = {}, .hostname = "", .connections = 2};
    auto server = HttpServer::open(io, clock, std::move(options), hello);
    ASSERT_TRUE(server) << server.error();
    const auto address = (*server)->addresses().front();
    const auto run = [&]() -> Task<std::string> {
        const ConnectTarget target{address.ip, address.port, nullptr};
        const auto soon = Deadline::in(SystemClock{}, 10s);
        const auto first = co_await connect(target, soon), second = co_await connect(target, soon);
        co_return co_await visit(address, "GET /hello HTTP/1.0\r\n\r\n");
    };
    EXPECT_THAT(run_task(run()), StartsWith("HTTP/1.1 503 "));
    std::string answer;
    for (int i = 0; i < 500 && !answer.contains(" 200 "); ++i) {
        answer = run_task(visit(address, "GET /hello HTTP/1.0\r\n\r\n"));
    }
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
}

}  // namespace
}  // namespace signet::net
