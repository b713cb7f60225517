#include "settings/problem.h"

#include <boost/json.hpp>

namespace signet::settings {
namespace {

boost::json::object json_of(const Problem& problem) {
    boost::json::object object{{"code", problem.code},
                               {"severity", name(problem.severity)},
                               {"message", problem.message},
                               {"file", problem.place.file}};
    if (problem.place.line != 0) {
        object["line"] = problem.place.line;
        object["column"] = problem.place.column;
        object["end_line"] = problem.place.end_line;
        object["end_column"] = problem.place.end_column;
    }
    if (problem.suggestion) {
        object["suggestion"] = boost::json::object{{"replace", problem.suggestion->replace},
                                                   {"with", problem.suggestion->with}};
    }
    if (!problem.label.empty()) object["help"] = problem.label;
    if (!problem.notes.empty()) object["notes"] = boost::json::value_from(problem.notes);
    object["doc"] = "signet explain " + problem.code;
    return object;
}

}  // namespace

std::string problems_json(std::span<const Problem> problems) {
    boost::json::array all;
    for (const auto& problem : problems) all.push_back(json_of(problem));
    return boost::json::serialize(all);
}

}  // namespace signet::settings
