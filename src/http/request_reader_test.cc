#include "http/request_reader.h"

#include <gmock/gmock.h>

#include <random>

namespace signet::http {
namespace {

Result<bool, Fault> read_whole(RequestReader& reader, std::string_view octets) {
    return reader.feed(octets);
}

Result<Request, Fault> parse(std::string_view octets, RequestLimits limits = {}) {
    RequestReader reader{limits};
    const auto done = read_whole(reader, octets);
    if (!done) return fail(done.error());
    EXPECT_TRUE(*done) << octets;
    return reader.take();
}

const std::string kScrape =
    "GET /metrics?a=b HTTP/1.1\r\nHost: [::1]:9587\r\naccept: text/plain;q=0.5\r\n"
    "User-Agent: Prometheus/3\r\nAccept:\tapplication/openmetrics-text \r\n\r\n";

void expect_scrape(const Request& request) {
    EXPECT_EQ(request.method, "GET");
    EXPECT_EQ(request.path, "/metrics");
    EXPECT_EQ(request.query, "a=b");
    EXPECT_EQ(request.host, "::1");
    EXPECT_EQ(request.accept, "text/plain;q=0.5,application/openmetrics-text");
}

TEST(RequestReader, a_request_is_read_whole_and_octet_by_octet_and_in_any_pieces) {
    expect_scrape(*parse(kScrape));
    RequestReader slowly;
    for (std::size_t i = 0; i < kScrape.size(); ++i) {
        EXPECT_EQ(slowly.feed(kScrape.substr(i, 1)), i + 1 == kScrape.size()) << i;
    }
    expect_scrape(slowly.take());
    std::minstd_rand chance{7};
    for (int round = 0; round < 200; ++round) {
        RequestReader reader;
        Result<bool, Fault> done = false;
        for (std::string_view rest = kScrape; !rest.empty();) {
            const auto length = std::min<std::size_t>(rest.size(), 1 + chance() % 40);
            done = reader.feed(rest.substr(0, length));
            rest.remove_prefix(length);
        }
        ASSERT_EQ(done, true);
        expect_scrape(reader.take());
    }
}

TEST(RequestReader, targets_hosts_and_versions_are_read_as_the_standard_says) {
    struct Case {
        std::string_view octets, method, path, host;
    };
    for (const auto& c : std::vector<Case>{
             {"GET / HTTP/1.0\r\n\r\n", "GET", "/", ""},
             {"HEAD /livez HTTP/1.1\r\nHost: Localhost:80\r\n\r\n", "HEAD", "/livez", "localhost"},
             {"GET http://MAIL.test:1/readyz HTTP/1.1\r\nHost: other\r\n\r\n", "GET", "/readyz",
              "mail.test"},
             {"GET http://a?x HTTP/1.1\r\nHost: a\r\n\r\n", "GET", "/", "a"},
             {"get /%2e%2e/ HTTP/1.1\r\nHost:\r\n\r\n", "get", "/%2e%2e/", ""},
             {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", "POST", "/", "a"},
             {"GET / HTTP/1.1\r\nHost: a\r\nX: \xc3\xa9\r\n\r\n", "GET", "/", "a"},
         }) {
        const auto request = parse(c.octets);
        ASSERT_TRUE(request) << c.octets;
        EXPECT_EQ(request->method, c.method);
        EXPECT_EQ(request->path, c.path);
        EXPECT_EQ(request->host, c.host);
    }
}

TEST(RequestReader, security_06_what_two_readers_might_read_differently_is_refused) {
    const std::string a = "GET / HTTP/1.1\r\nHost: a\r\n";
    struct Case {
        std::string octets;
        Fault fault;
    };
    for (const auto& [octets, fault] : std::vector<Case>{
             {"\r\n\r\n", Fault::malformed},
             {"GET\r\n\r\n", Fault::malformed},
             {"GET /\r\n\r\n", Fault::malformed},
             {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", Fault::malformed},
             {"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", Fault::malformed},
             {"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", Fault::malformed},
             {"GET /#f HTTP/1.1\r\nHost: a\r\n\r\n", Fault::malformed},
             {"GET a HTTP/1.1\r\nHost: a\r\n\r\n", Fault::malformed},
             {"GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n", Fault::malformed},
             {"GET http:/// HTTP/1.1\r\nHost: a\r\n\r\n", Fault::malformed},
             {"G(T / HTTP/1.1\r\nHost: a\r\n\r\n", Fault::malformed},
             {"GET / SMTP/1.1\r\nHost: a\r\n\r\n", Fault::malformed},
             {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", Fault::old_version},
             {"GET / HTTP/1.1\r\n\r\n", Fault::malformed},  // no Host
             {a + "Host: a\r\n\r\n", Fault::malformed},     // two
             {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", Fault::malformed},
             {"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", Fault::malformed},
             {"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", Fault::malformed},
             {"GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n", Fault::malformed},
             {"GET / HTTP/1.1\r\nHost: a:8x\r\n\r\n", Fault::malformed},
             {a + "X : y\r\n\r\n", Fault::malformed},  // space before the colon
             {a + " folded\r\n\r\n", Fault::malformed},
             {a + "X: a\nEvil: b\r\n\r\n", Fault::malformed},  // a bare LF
             {a + "X: a\rb\r\n\r\n", Fault::malformed},
             {a + std::string("X: a\0b\r\n\r\n", 10), Fault::malformed},
             {a + "nothing\r\n\r\n", Fault::malformed},
             {a + "Content-Length: 5\r\n\r\nhello", Fault::has_body},
             {a + "Content-Length: -1\r\n\r\n", Fault::malformed},
             {a + "Transfer-Encoding: chunked\r\n\r\n", Fault::has_body},
         }) {
        RequestReader reader;
        const auto done = reader.feed(octets);
        ASSERT_FALSE(done) << octets;
        EXPECT_EQ(done.error(), fault) << octets;
        EXPECT_EQ(reader.feed("GET / HTTP/1.0\r\n\r\n"), done);  // and stays so
    }
}

TEST(RequestReader, security_18_a_head_is_bounded_in_octets_and_in_fields) {
    RequestReader reader{{.head_octets = 100, .fields = 64}};
    EXPECT_EQ(reader.feed(std::string(100, 'a')), false);
    EXPECT_EQ(reader.feed("a"), fail(Fault::too_large));
    EXPECT_EQ(RequestReader{}.feed(std::string(4u << 20, 'a')), fail(Fault::too_large));
    std::string many = "GET / HTTP/1.0\r\n";
    for (int i = 0; i < 64; ++i) many += "X: y\r\n";
    EXPECT_TRUE(parse(many + "\r\n"));
    EXPECT_EQ(RequestReader{}.feed(many + "X: y\r\n\r\n"), fail(Fault::too_large));
}

TEST(RequestReader, what_comes_behind_the_head_is_not_looked_at) {
    RequestReader reader;
    EXPECT_EQ(reader.feed("GET /a HTTP/1.0\r\n\r\nGET /b HTTP/1.0\r\n\r\n"), true);
    EXPECT_EQ(reader.feed("GET /c HTTP/1.0\r\n\r\n"), true);
    EXPECT_EQ(reader.take().path, "/a");
}

TEST(HostIsOurs, security_30_a_name_that_a_stranger_may_own_is_not) {
    for (const std::string_view ours :
         {"", "127.0.0.1", "::1", "192.0.2.7", "localhost", "signet", "mail.example.com",
          "MAIL.example.com", "mail.example.com."}) {
        EXPECT_TRUE(host_is_ours(ours, "mail.example.com")) << ours;
    }
    for (const std::string_view foreign :
         {"rebind.example.net", "127.0.0.1.example.net", "mail.example.com.evil.net", "a.b"}) {
        EXPECT_FALSE(host_is_ours(foreign, "mail.example.com")) << foreign;
    }
}

}  // namespace
}  // namespace signet::http
