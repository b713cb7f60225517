#include "http/response.h"

#include <gmock/gmock.h>

namespace signet::http {
namespace {

using namespace std::chrono;

TEST(Response, is_whole_and_ends_the_connection) {
    const WallTime when{sys_days{November / 6 / 1994} + 8h + 49min + 37s};  // RFC 9110 §5.6.7
    EXPECT_EQ(wire({.status = 200, .body = "ok\n"}, true, when),
              "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
              "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 3\r\n"
              "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
              "Connection: close\r\n\r\nok\n");
    const auto head = wire({.status = 200, .body = "ok\n"}, false, when);
    EXPECT_THAT(head, testing::HasSubstr("Content-Length: 3\r\n"));
    EXPECT_THAT(head, testing::EndsWith("\r\n\r\n"));
}

TEST(Response, a_405_says_what_there_is) {
    auto response = plain(405);
    response.allow = "GET, HEAD";
    EXPECT_THAT(wire(response, true, WallTime{}),
                testing::AllOf(testing::StartsWith("HTTP/1.1 405 Method Not Allowed\r\n"),
                               testing::HasSubstr("Allow: GET, HEAD\r\n"),
                               testing::EndsWith("Method Not Allowed\n")));
}

}  // namespace
}  // namespace signet::http
