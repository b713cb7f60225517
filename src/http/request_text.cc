#include "http/request_text.h"

#include "base/text.h"
#include "http/grammar.h"

#include <algorithm>
#include <array>

namespace signet::http {
namespace {

constexpr std::array<std::string_view, 4> kOurs{"Host", "Content-Length", "Transfer-Encoding",
                                                "Connection"};

bool may_be_sent(const RequestField& field) {
    return is_token(field.name) && is_field_value(field.value.reveal()) &&
           std::ranges::none_of(kOurs, [&](auto ours) { return equal_nocase(ours, field.name); });
}

std::size_t octets_of(const RequestParts& parts) {
    constexpr std::size_t kWords = 128;  // versions, names and lengths of the fields that are ours
    std::size_t octets =
        kWords + parts.method.size() + parts.url.target.size() + parts.url.host.size();
    for (const auto& field : parts.fields) octets += field.name.size() + field.value.size() + 4;
    return octets + (parts.body ? parts.body->size() : 0);
}

}  // namespace

Result<Secret, RequestFault> request_text(const RequestParts& parts) {
    if (!is_token(parts.method)) return fail(RequestFault::method);
    if (!std::ranges::all_of(parts.fields, may_be_sent)) return fail(RequestFault::field);
    std::string text;
    text.reserve(octets_of(parts));  // it must not grow, and leave what is secret behind
    text.append(parts.method).append(" ").append(parts.url.target).append(" HTTP/1.1\r\nHost: ");
    text.append(parts.url.host_field()).append(kLineEnd);
    for (const auto& field : parts.fields) {
        text.append(field.name).append(": ").append(field.value.reveal()).append(kLineEnd);
    }
    if (parts.body) {
        text.append("Content-Length: ").append(std::to_string(parts.body->size())).append(kLineEnd);
    }
    text.append(kLineEnd);
    if (parts.body) text.append(parts.body->reveal());
    return Secret{std::move(text)};
}

}  // namespace signet::http
