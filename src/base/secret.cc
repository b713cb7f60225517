#include "base/secret.h"

#include <cstring>

namespace signet {

void wipe(void* octets, std::size_t size) noexcept {
    if (size != 0) ::explicit_bzero(octets, size);
}

void wipe(std::string& text) noexcept {
    text.resize(text.capacity());  // a string keeps old octets behind its end
    wipe(text.data(), text.size());
    text.clear();
}

Secret::Secret(std::string&& octets) : octets_(octets) {  // copied first: a short string lives
    wipe(octets);                                         // inside the object and moves by copy
}

Secret Secret::copy_of(std::string_view octets) {
    Secret secret;
    secret.octets_ = octets;
    return secret;
}

Secret::Secret(Secret&& other) noexcept : octets_(std::move(other.octets_)) { wipe(other.octets_); }

Secret& Secret::operator=(Secret&& other) noexcept {
    if (this == &other) return *this;
    wipe(octets_);
    octets_ = std::move(other.octets_);
    wipe(other.octets_);
    return *this;
}

Secret::~Secret() { wipe(octets_); }

}  // namespace signet
