#include "submission/intake.h"

#include <utility>

namespace signet::submission {

Intake::Intake(std::unique_ptr<queue::Draft> draft, std::size_t header_limit_octets,
               JudgeHeader judge)
    : draft_(std::move(draft)), scanner_(header_limit_octets), judge_(std::move(judge)) {}

Task<void> Intake::take(std::string_view octets) {
    if (fault_) co_return;
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
