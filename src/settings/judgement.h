// What the rules of validate*.cc and tls_safety.cc work with.
#pragma once

#include "settings/problem.h"
#include "settings/snapshot.h"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signet::settings {

struct Judgement {
    const Snapshot& settings;
    const Places& places;
    std::vector<Problem> problems;

    Problem& add(std::string code, std::string message, std::string_view path,
                 std::string label = {}) {
        const auto severity = code.front() == 'W' ? Severity::warning : Severity::error;
        return problems.emplace_back(Problem{.code = std::move(code),
                                             .severity = severity,
                                             .message = std::move(message),
                                             .place = places.of(path),
                                             .label = std::move(label),
                                             .notes = {},
                                             .suggestion = {}});
    }
};

// "listener[0]"
inline std::string item(std::string_view section, std::size_t index) {
    return std::string{section} + "[" + std::to_string(index) + "]";
}

inline std::string where(const Place& place) {
    return place.file + ":" + std::to_string(place.line);
}

// Whether a route takes the mail of its domains whoever sends it.
inline bool for_everybody(const RouteSettings& route) {
    return route.senders.empty() && route.accounts.empty();
}

// Where mail goes.
void judge_routes(Judgement& judgement);
// Where accounts are.
void judge_stores(Judgement& judgement);
// Whose tokens are taken.
void judge_issuers(Judgement& judgement);
// By which mechanisms and certificates somebody signs in, and as whom.
void judge_sign_in(Judgement& judgement);
// How old passwords get, and who is still there.
void judge_people(Judgement& judgement);
// Who may send through which listener, and for which domains mail is taken.
void judge_mail(Judgement& judgement);

}  // namespace signet::settings
