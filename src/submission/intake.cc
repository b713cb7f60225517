#include "submission/intake.h"

#include <utility>

namespace signet::submission {

Intake::Intake(std::unique_ptr<queue::Draft> draft, Limits limits, JudgeHeader judge)
    : draft_(std::move(draft)),
      scanner_(limits.header),
      judge_(std::move(judge)),
      limit_(limits.message) {}

Task<void> Intake::take(std::string_view octets) {
    if (fault_) co_return;
    came_ += octets.size();
    if (came_ > limit_) {
        fault_ = MessageTooBig{};
        co_return;
    }
    international_.feed(octets);
    co_await keep(scanner_.feed(octets));
}

Task<Result<void, Intake::Fault>> Intake::finish() {
    if (!fault_) co_await keep(scanner_.finish());
    if (fault_) co_return fail(*fault_);
    co_return Result<void, Fault>{};
}

Task<void> Intake::keep(Result<std::string_view, mail::HeaderFault> part) {
    if (!part) {
        fault_ = HeaderTooLarge{};
        co_return;
    }
    if (scanner_.complete()) judge();
    if (fault_ || part->empty()) co_return;
    octets_ += part->size();
    if (const auto kept = co_await draft_->append(*part); !kept) fault_ = kept.error();
}

void Intake::judge() {
    if (!judge_) return;
    auto verdict = std::exchange(judge_, nullptr)(scanner_.header());
    if (!verdict.passes()) {
        fault_ = std::move(verdict);
    } else {
        effects_ = std::move(verdict.effects);
    }
}

}  // namespace signet::submission
