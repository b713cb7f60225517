#include "app/hash_meter.h"

#include <array>

namespace signet::app {
namespace {

using identity::PasswordScheme;

// Of the others, which only foreign accounts have, a series begins with the first.
constexpr std::array kSchemes{PasswordScheme::argon2id, PasswordScheme::sha512_crypt,
                              PasswordScheme::bcrypt, PasswordScheme::yescrypt};

}  // namespace

HashMeter::HashMeter(const identity::PasswordHasher& next, observe::Registry& registry,
                     const Clock& clock)
    : next_(next), registry_(registry), clock_(clock) {
    for (const auto scheme : kSchemes) {
        registry_.histogram(observe::metric::kHashSeconds, {identity::name(scheme)});
    }
}

Result<std::string, crypto::HashFault> HashMeter::hash(std::string_view password) const {
    return next_.hash(password);
}

Result<bool, crypto::HashFault> HashMeter::verify(const identity::PasswordFormat& format,
                                                  std::string_view password) const {
    const auto began = clock_.steady();
    auto answer = next_.verify(format, password);
    const std::chrono::duration<double> took = clock_.steady() - began;
    registry_.histogram(observe::metric::kHashSeconds, {identity::name(format.scheme)})
        .observe(took.count());
    return answer;
}

}  // namespace signet::app
