#include "http/url.h"

#include <gtest/gtest.h>

namespace signet::http {
namespace {

TEST(Url, is_read_into_its_parts_with_the_port_of_its_scheme) {
    struct Case {
        std::string_view text, origin, host_field, target;
    };
    for (const auto& c : std::vector<Case>{
             {"https://idp.test", "https://idp.test:443", "idp.test", "/"},
             {"HTTPS://IdP.Test:443/a/b?c=d&e", "https://idp.test:443", "idp.test", "/a/b?c=d&e"},
             {"http://idp.test:8080?x", "http://idp.test:8080", "idp.test:8080", "/?x"},
             {"http://192.0.2.1/%2F", "http://192.0.2.1:80", "192.0.2.1", "/%2F"},
             {"https://[2001:DB8:0::1]:8443/", "https://[2001:db8::1]:8443", "[2001:db8::1]:8443",
              "/"},
             {"https://[::1]", "https://[::1]:443", "[::1]", "/"},
             {"https://localhost:65535/", "https://localhost:65535", "localhost:65535", "/"},
             {"https://a_b.x-y.test/", "https://a_b.x-y.test:443", "a_b.x-y.test", "/"},
             {"https://3com.test/", "https://3com.test:443", "3com.test", "/"},
         }) {
        const auto url = parse_url(c.text);
        ASSERT_TRUE(url) << c.text << ": " << words(url.error());
        EXPECT_EQ(url->origin(), c.origin);
        EXPECT_EQ(url->host_field(), c.host_field);
        EXPECT_EQ(url->target, c.target);
    }
}

TEST(Url, security_15_what_two_readers_take_for_two_hosts_is_refused) {
    struct Case {
        std::string text;
        UrlFault fault;
    };
    for (const auto& [text, fault] : std::vector<Case>{
             {"", UrlFault::scheme},
             {"file:///etc/passwd", UrlFault::scheme},
             {"gopher://idp.test/", UrlFault::scheme},
             {"https:/idp.test", UrlFault::scheme},
             {"//idp.test", UrlFault::scheme},
             {"https://user@idp.test/", UrlFault::user},
             {"https://idp.test:443@evil.test/", UrlFault::user},
             {"https://evil.test\\@idp.test/", UrlFault::user},
             {"https://evil.test\\.idp.test/", UrlFault::host},
             {"https://", UrlFault::host},
             {"https:///path", UrlFault::host},
             {"https://:443/", UrlFault::host},
             {"https://idp..test/", UrlFault::host},
             {"https://.idp.test/", UrlFault::host},
             {"https://idp.test./", UrlFault::host},
             {"https://-idp.test/", UrlFault::host},
             {"https://idp .test/", UrlFault::host},
             {"https://idp.test\r\nX: y/", UrlFault::host},
             {"https://idp%2etest/", UrlFault::host},
             {"https://\xc3\xa9.test/", UrlFault::host},
             {"https://127.1/", UrlFault::host},
             {"https://2130706433/", UrlFault::host},
             {"https://0x7f000001/", UrlFault::host},
             {"https://0177.0.0.1/", UrlFault::host},
             {"https://1.2.3.0x4/", UrlFault::host},
             {"https://[::1", UrlFault::host},
             {"https://[127.0.0.1]/", UrlFault::host},
             {"https://[fe80::1%eth0]/", UrlFault::host},
             {"https://[::1]443/", UrlFault::host},
             {"https://]/", UrlFault::host},
             {"https://" + std::string(64, 'a') + ".test/", UrlFault::host},
             {"https://idp.test:/", UrlFault::port},
             {"https://idp.test:0/", UrlFault::port},
             {"https://idp.test:65536/", UrlFault::port},
             {"https://idp.test:+1/", UrlFault::port},
             {"https://idp.test:1:2/", UrlFault::port},
             {"https://idp.test/#a", UrlFault::fragment},
             {"https://idp.test#a", UrlFault::fragment},
             {"https://idp.test/a b", UrlFault::target},
             {"https://idp.test/a\r\nHost: b", UrlFault::target},
             {"https://idp.test/a\\b", UrlFault::target},
             {"https://idp.test/\xc3\xa9", UrlFault::target},
             {"https://idp.test/%", UrlFault::target},
             {"https://idp.test/%2", UrlFault::target},
             {"https://idp.test/%zz", UrlFault::target},
             {"https://idp.test/" + std::string(2'048, 'a'), UrlFault::too_long},
         }) {
        const auto url = parse_url(text);
        ASSERT_FALSE(url) << text;
        EXPECT_EQ(url.error(), fault) << text << ": " << words(url.error());
    }
}

}  // namespace
}  // namespace signet::http
