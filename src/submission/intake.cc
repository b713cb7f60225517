#include "submission/intake.h"

#include <utility>

namespace signet::submission {

Intake::Intake(std::unique_ptr<queue::Draft> draft, std::size_t header_limit_octets)
    : draft_(std::move(draft)), scanner_(header_limit_octets) {}

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
    if (part->empty()) co_return;
    octets_ += part->size();
    if (const auto kept = co_await draft_->append(*part); !kept) fault_ = kept.error();
}

}  // namespace signet::submission
