// reload: the settings are read anew and come into force, or the old ones stay.
#include "admin/endpoint.h"

#include <boost/json.hpp>

namespace signet::admin {
namespace {

namespace json = boost::json;

json::array changes_json(const std::vector<Reloaded::Change>& changes) {
    json::array all;
    for (const auto& change : changes) {
        all.push_back(json::object{{"key", change.key},
                                   {"old", change.old_text},
                                   {"new", change.new_text},
                                   {"after_restart", change.after_restart}});
    }
    return all;
}

// Whatever came of it is an answer: who asked wants to read all problems, not one sentence.
Task<Outcome> handle(const Services& services, Request request) {
    if (!services.reload) {
        co_return fail(Fault{Fault::Kind::failed, "no server runs that could reload its settings"});
    }
    const auto reloaded = co_await services.reload(std::move(request.actor));
    json::error_code none;
    co_return Answer{
        {},
        json::serialize(json::object{{"kind", "reload"},
                                     {"api_version", 1},
                                     {"done", reloaded.done},
                                     {"changes", changes_json(reloaded.changes)},
                                     {"problems", json::parse(reloaded.problems, none)},
                                     {"text", reloaded.text},
                                     {"exit", reloaded.exit}})};
}

}  // namespace

constinit const Endpoint endpoint_reload{"reload", {}, handle};

}  // namespace signet::admin
