#include "identity/fake_hashers.h"

namespace signet::identity {

Result<bool, crypto::HashFault> CountingHasher::verify(const PasswordFormat& format,
                                                       std::string_view password) const {
    ++verifies;
    if (format == real_.decoy()) ++decoys;
    std::unique_lock lock(mutex_);
    ++entered_;
    moved_.notify_all();
    moved_.wait(lock, [this] { return !shut_; });
    if (fault) return fail(*fault);
    return real_.verify(format, password);
}

void CountingHasher::wait_until_entered(unsigned times) const {
    std::unique_lock lock(mutex_);
    moved_.wait(lock, [&] { return entered_ >= times; });
}

void CountingHasher::set_shut(bool shut) {
    const std::lock_guard lock(mutex_);
    shut_ = shut;
    entered_ = 0;
    moved_.notify_all();
}

}  // namespace signet::identity
