// What the endpoints of routes and of destinations have in common.
#pragma once

#include "admin/endpoint.h"

#include <string>
#include <string_view>
#include <vector>

namespace signet::admin {

// Of that kind; none where no server runs.
std::vector<queue::Pause> pauses_of(const Services& services, queue::Pause::Kind kind);

// "name", "state", since when and by whom it is paused (null: it is not), and what a route serves.
std::string way_json(queue::Pause::Kind kind, std::string_view name, const queue::Pause* pause,
                     std::string_view match = {});

// Pauses or resumes it, keeps that, and records it.  What is so already is no fault, and no event.
Task<Outcome> steer(const Services& services, Request request, queue::Pause what, bool pause);

}  // namespace signet::admin
