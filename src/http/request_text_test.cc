#include "http/request_text.h"

#include <gtest/gtest.h>

namespace signet::http {
namespace {

using namespace std::string_literals;

std::vector<RequestField> one_field(std::string name, std::string value) {
    std::vector<RequestField> fields;
    fields.push_back({std::move(name), Secret{std::move(value)}});
    return fields;
}

TEST(RequestText, is_the_request_line_the_host_the_fields_and_the_body_with_its_length) {
    const auto url = *parse_url("https://idp.test:8443/token?a=b");
    const auto fields = one_field("Authorization", "Bearer t");
    const auto body = Secret::copy_of("grant_type=x");
    const auto text = request_text({.method = "POST", .url = url, .fields = fields, .body = &body});
    ASSERT_TRUE(text);
    EXPECT_EQ(text->reveal(),
              "POST /token?a=b HTTP/1.1\r\nHost: idp.test:8443\r\nAuthorization: Bearer t\r\n"
              "Content-Length: 12\r\n\r\ngrant_type=x");
}

TEST(RequestText, has_no_length_without_a_body_and_one_for_an_empty_body) {
    const auto url = *parse_url("http://[::1]/");
    EXPECT_EQ(request_text({.method = "GET", .url = url})->reveal(),
              "GET / HTTP/1.1\r\nHost: [::1]\r\n\r\n");
    const Secret nothing;
    EXPECT_EQ(request_text({.method = "PUT", .url = url, .body = &nothing})->reveal(),
              "PUT / HTTP/1.1\r\nHost: [::1]\r\nContent-Length: 0\r\n\r\n");
}

TEST(RequestText, security_22_nothing_in_it_can_end_a_line) {
    const auto url = *parse_url("https://idp.test/");
    for (const auto method : {"", "GET /x", "GET\r\n", "G\tT"}) {
        const auto text = request_text({.method = method, .url = url});
        ASSERT_FALSE(text) << method;
        EXPECT_EQ(text.error(), RequestFault::method);
    }
    struct Case {
        std::string name, value;
    };
    for (const auto& [name, value] : std::vector<Case>{
             {"X", "a\r\nEvil: b"},
             {"X", "a\nb"},
             {"X", "a\rb"},
             {"X", "a\0b"s},
             {"X", "a\x7f"},
             {"X\r\nEvil", "a"},
             {"X:", "a"},
             {"X ", "a"},
             {"", "a"},
             {"host", "evil.test"},
             {"Content-Length", "3"},
             {"transfer-encoding", "chunked"},
             {"CONNECTION", "upgrade"},
         }) {
        const auto fields = one_field(name, value);
        const auto text = request_text({.method = "GET", .url = url, .fields = fields});
        ASSERT_FALSE(text) << name;
        EXPECT_EQ(text.error(), RequestFault::field);
    }
}

}  // namespace
}  // namespace signet::http
