// One request of an administrator: a line of JSON.
//
//   {"method":"account.add","parameters":{"name":"ann@example.com","password":"…"}}
#pragma once

#include "audit/event.h"
#include "base/result.h"
#include "base/secret.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace signet::admin {

constexpr std::size_t kMaxRequestOctets = 64u << 10;

// Move-only, since it may carry a password.
struct Request {
    std::string method;
    std::map<std::string, std::string, std::less<>> texts;
    std::map<std::string, std::vector<std::string>, std::less<>> lists;
    std::map<std::string, bool, std::less<>> flags;
    std::map<std::string, std::uint64_t, std::less<>> numbers;
    std::optional<Secret> password, token;  // the parameters of these names, kept apart
    audit::Actor actor;                     // who asks: from the socket, never from the line

    std::string text(std::string_view name) const;  // empty if it is not there
    // nullptr if it is not there.
    const std::vector<std::string>* list(std::string_view name) const;
    std::optional<bool> flag(std::string_view name) const;
    std::optional<std::uint64_t> number(std::string_view name) const;
    // The first parameter that is none of `known`; empty if there is none.
    std::string unknown_parameter(std::span<const std::string_view> known) const;
};

// The error is a sentence that repeats nothing of the line: it may hold a password.
Result<Request, std::string> parse_request(std::string_view line);

}  // namespace signet::admin
