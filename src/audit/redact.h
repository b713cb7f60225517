// People type their password where the name belongs.  A name that no account has is therefore not
// written as it came: two characters of it and a keyed digest, by which equal names can still be
// told to be equal, but not guessed from the log alone.
#pragma once

#include "audit/event.h"
#include "base/secret.h"

namespace signet::audit {

enum class UnknownUsers {
    hashed,
    full
};  // setting log.unknown_users

// Safe for concurrent use.
class Redactor {
public:
    // key: 32 octets that are in no log; the same over restarts, or digests change with them.
    explicit Redactor(Secret key, UnknownUsers unknown_users = UnknownUsers::hashed);

    // Changes user_name and authzid of an auth event without an account.
    void apply(Event& event) const;
    // "an*1f2e3d4c5b6a7988"; empty stays empty.
    std::string redacted(std::string_view presented) const;

private:
    Secret key_;
    UnknownUsers unknown_users_;
};

}  // namespace signet::audit
