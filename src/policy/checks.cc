// The table of checks, in the order they are asked.
#include "policy/check.h"

#include <array>
#include <iterator>

namespace signet::policy {

Opinion judge_sender_owned(const Facts& facts);
Opinion judge_relay(const Facts& facts);
Opinion judge_recipient_known(const Facts& facts);
Opinion judge_recipient_allowed(const Facts& facts);
Opinion judge_header_from(const Facts& facts);
Opinion judge_header_sender(const Facts& facts);
Opinion judge_stranger_claims(const Facts& facts);

namespace {

constexpr std::array kChecks = {
    Check{"sender_owned", Stage::mail, judge_sender_owned},
    Check{"relay", Stage::rcpt, judge_relay},
    Check{"recipient_allowed", Stage::rcpt, judge_recipient_allowed},
    Check{"recipient_known", Stage::rcpt, judge_recipient_known},
    Check{"header_from", Stage::data, judge_header_from},
    Check{"header_sender", Stage::data, judge_header_sender},
    Check{"stranger_claims", Stage::data, judge_stranger_claims},
};

}  // namespace

std::span<const Check> checks() { return kChecks; }

Verdict judge(Stage stage, const Facts& facts) {
    Verdict verdict;
    for (const auto& check : kChecks) {
        if (check.stage != stage) continue;
        auto opinion = check.judge(facts);
        std::ranges::move(opinion.effects, std::back_inserter(verdict.effects));
        if (std::holds_alternative<Pass>(opinion.decision)) continue;
        verdict.decision = std::move(opinion.decision);
        verdict.rule = check.name;
        return verdict;
    }
    return verdict;
}

}  // namespace signet::policy
