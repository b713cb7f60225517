// What the check of tokens asks of other servers, so that it can be tested without a network.
#pragma once

#include "base/deadline.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/task.h"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

namespace signet::authn {

// A GET, or with a form the POST of it.
struct Question {
    std::string url;
    std::size_t most_octets = 0;               // of the answer; more is a fault
    std::optional<Secret> form = {};           // application/x-www-form-urlencoded
    std::optional<Secret> authorization = {};  // the field of that name, whole
};

struct Fetched {
    int status = 0;
    std::string body;
};

// A fault is a sentence: nobody answered, or not so that it could be believed (TLS), or from where
// nothing is asked.  No redirect is followed.  Safe for concurrent use.
using Fetch = std::function<Task<Result<Fetched, std::string>>(Question, Deadline)>;

}  // namespace signet::authn
