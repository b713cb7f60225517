// The file of passwords that are known from breaches (identity/breached_list.h): asked, and made of
// the public list.
#pragma once

#include "base/result.h"
#include "identity/breached_passwords.h"

#include <cstdint>
#include <functional>
#include <string>

namespace signet::store {

// Where the file is.
struct BreachedPlace {
    std::string path;
    bool must_be = false;  // false: where it is not, nothing is known
};

// Opened anew for each question: a password is chosen seldom, and a new file counts at once.
class BreachedFile final : public identity::BreachedPasswords {
public:
    // Asked at each question; from any thread.
    explicit BreachedFile(std::function<BreachedPlace()> place) : place_(std::move(place)) {}
    Result<bool, std::string> knows(const Secret& password) const override;

private:
    const std::function<BreachedPlace()> place_;
};

struct BreachedImport {
    std::uint64_t lines = 0;      // read
    std::uint64_t passwords = 0;  // that the file knows
    std::uint64_t octets = 0;     // of the file
};

// Makes the file at `path`, whole or not at all, of the list that `descriptor` gives, which is in
// the order of its hashes.  at_least: passwords that were seen less often are left out.  Takes
// memory for a few blocks, whatever the list's size.  Blocks, for minutes.  The fault is a
// sentence.
Result<BreachedImport, std::string> import_breached(int descriptor, const std::string& path,
                                                    std::uint64_t at_least);

}  // namespace signet::store
