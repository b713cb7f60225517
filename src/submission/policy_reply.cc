#include "submission/policy_reply.h"

#include "base/invariant.h"

namespace signet::submission {
namespace {

smtp::Reply made(int code, const std::string& status, const std::string& text) {
    const auto enhanced = smtp::parse_enhanced_status(status);
    INVARIANT(enhanced, "a check names an enhanced status");
    return smtp::reply(code, *enhanced, text);
}

}  // namespace

std::optional<smtp::Reply> refusal_of(const policy::Verdict& verdict) {
    if (auto* no = std::get_if<policy::Reject>(&verdict.decision)) {
        return made(no->code, no->status, no->text);
    }
    if (auto* later = std::get_if<policy::Defer>(&verdict.decision)) {
        return made(later->code, later->status, later->text);
    }
    return {};
}

}  // namespace signet::submission
