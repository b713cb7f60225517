#include "http/response.h"

#include <array>

namespace signet::http {
namespace {

std::string two(unsigned number) {
    return {static_cast<char>('0' + number / 10 % 10), static_cast<char>('0' + number % 10)};
}

}  // namespace

std::string_view reason_phrase(int status) {
    switch (status) {
    case 200: return "OK";
    case 400: return "Bad Request";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 413: return "Content Too Large";
    case 421: return "Misdirected Request";
    case 431: return "Request Header Fields Too Large";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "";  // RFC 9112 §4: may be empty
    }
}

Response plain(int status) {
    return {.status = status, .body = std::string{reason_phrase(status)} + "\n"};
}

std::string http_date(WallTime when) {
    constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(when);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{std::chrono::floor<std::chrono::seconds>(when - day)};
    return std::string{kDays[std::chrono::weekday{day}.c_encoding()]} + ", " +
           two(static_cast<unsigned>(date.day())) + " " +
           kMonths[static_cast<unsigned>(date.month()) - 1] + " " +
           std::to_string(static_cast<int>(date.year())) + " " +
           two(static_cast<unsigned>(time.hours().count())) + ":" +
           two(static_cast<unsigned>(time.minutes().count())) + ":" +
           two(static_cast<unsigned>(time.seconds().count())) + " GMT";
}

std::string wire(const Response& response, bool with_body, WallTime now) {
    std::string text = "HTTP/1.1 " + std::to_string(response.status) + " " +
                       std::string{reason_phrase(response.status)} + "\r\nDate: " + http_date(now) +
                       "\r\nContent-Type: " + std::string{response.type} +
                       "\r\nContent-Length: " + std::to_string(response.body.size()) + "\r\n";
    if (!response.allow.empty()) text.append("Allow: ").append(response.allow).append("\r\n");
    text +=
        "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
        "Connection: close\r\n\r\n";
    if (with_body) text += response.body;
    return text;
}

}  // namespace signet::http
