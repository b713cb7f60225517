// A request of ours, as the octets that go over the wire (RFC 9112 §3, §5).  Nothing that came from
// elsewhere can end a line in it and begin another (CWE-93).
#pragma once

#include "base/result.h"
#include "base/secret.h"
#include "http/url.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace signet::http {

struct RequestField {
    std::string name;
    Secret value;  // a token may be in it
};

enum class RequestFault {
    method,  // no token
    field,   // no token as its name, or a control character in its value; or one of those that are
             // written here: Host, Content-Length, Transfer-Encoding, Connection
};

struct RequestParts {
    std::string_view method;
    const Url& url;
    std::span<const RequestField> fields = {};
    const Secret* body = nullptr;  // null: none
};
Result<Secret, RequestFault> request_text(const RequestParts& parts);

}  // namespace signet::http
