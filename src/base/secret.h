// A value that must not be seen: a password, a token, a private key.
//
// Move-only; wiped when it dies, when it is moved from, and when it grows.  There is no operator<<,
// no implicit conversion and no comparison with ==: reveal() is the one way in, so that a reader
// can find every place where a secret is used.  Not safe for concurrent use.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace signet {

// Overwrites octets so that the compiler cannot leave it out.
void wipe(void* octets, std::size_t size) noexcept;
void wipe(std::string& text) noexcept;  // its whole capacity; text is empty afterwards

class Secret {
public:
    Secret() = default;
    // Takes the octets over and wipes the string they came in.
    explicit Secret(std::string&& octets);
    // Copies.  The caller owns (and wipes) what `octets` points into.
    static Secret copy_of(std::string_view octets);

    Secret(Secret&& other) noexcept;
    Secret& operator=(Secret&& other) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret();

    std::string_view reveal() const { return octets_; }
    std::size_t size() const { return octets_.size(); }
    bool empty() const { return octets_.empty(); }
    Secret clone() const { return copy_of(octets_); }

private:
    std::string octets_;
};

}  // namespace signet
