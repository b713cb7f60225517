// The table of checks, in the order they are asked.
#include "policy/check.h"

#include <array>

namespace signet::policy {

Decision judge_sender_owned(const Facts& facts);

namespace {

constexpr std::array kChecks = {
    Check{"sender_owned", Stage::mail, judge_sender_owned},
};

}  // namespace

std::span<const Check> checks() { return kChecks; }

Verdict judge(Stage stage, const Facts& facts) {
    for (const auto& check : kChecks) {
        if (check.stage != stage) continue;
        auto decision = check.judge(facts);
        if (!std::holds_alternative<Pass>(decision)) {
            return {std::move(decision), std::string{check.name}};
        }
    }
    return {};
}

}  // namespace signet::policy
