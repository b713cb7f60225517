// Whether the server is ready for mail: questions by name, each with its trouble in a few words.
#pragma once

#include "app/keeper.h"
#include "app/wire.h"
#include "http/response.h"

#include <functional>
#include <string>
#include <vector>

namespace signet::app {

struct HealthCheck {
    std::string name;  // "spool"
    // Empty: all is well.  The text is for whoever may ask: it names no user and no path.
    std::function<Task<std::string>()> trouble;
};

// To add one: a function in health.cc and its line in the table at its end.  All outlive them.
std::vector<HealthCheck> readiness_checks(Ground& ground, Keeper& keeper, const Wire& wire);

// 200 or 503.  verbose: a line for each check, by its name.
Task<http::Response> readiness(const std::vector<HealthCheck>& checks, bool verbose);

}  // namespace signet::app
