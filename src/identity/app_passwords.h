// Passwords that Signet makes up, one for each device or program.
//
//   "kfvn-qpas-wmzt-reyb-hcod-xilu"     24 letters: 112 bits, too many to be guessed
//
// So a keyed digest is enough to keep, and the one that a client shows is found among all those of
// an account by one digest instead of a slow hash for each.  People leave out the hyphens, or write
// blanks and capitals instead: all of that opens.  With SCRAM the client computes over what was
// typed, which then has to be as it was shown.
#pragma once

#include "base/entropy.h"
#include "base/secret.h"

#include <optional>
#include <string>
#include <string_view>

namespace signet::identity {

Secret make_app_password(Entropy& entropy);

// Safe for concurrent use.
class AppPasswords {
public:
    // key: of the keeper alone.
    explicit AppPasswords(Secret key) : key_(std::move(key)) {}

    // What a credential keeps; empty if no app password looks like that.
    std::string digest(std::string_view account, const Secret& presented) const;

private:
    Secret key_;
};

}  // namespace signet::identity
