// One response, whole, after which the connection ends.
#pragma once

#include "base/clock.h"

#include <string>
#include <string_view>

namespace signet::http {

struct Response {
    int status = 200;
    std::string body{};
    std::string_view type = "text/plain; charset=utf-8";
    std::string_view allow = {};  // of a 405: the methods there are
};

// A status and one line that says no more than the status.
Response plain(int status);
std::string_view reason_phrase(int status);

// with_body: false for HEAD, whose answer has all the fields and no body (RFC 9110 §9.3.2).
std::string wire(const Response& response, bool with_body, WallTime now);

// IMF-fixdate (RFC 9110 §5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT"
std::string http_date(WallTime when);

}  // namespace signet::http
