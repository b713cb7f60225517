// identity::AccountSource over a text file that somebody else writes (identity/passwd_file.h).
//
// The whole file is in memory.  A thread looks every second whether it is another one, and reads it
// when it has been the same for two looks, so that a file that is being written is not read half.
// What cannot be read, or is wrong anywhere, changes nothing: the accounts stay as they were.
#pragma once

#include "base/clock.h"
#include "identity/account.h"
#include "identity/passwd_file.h"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace signet::store {

struct PasswdFileOptions {
    std::string path;
    identity::PasswdRules rules;
    std::chrono::milliseconds look{1'000};
    // Told whenever the file was read, or could not be: why not, line by line (empty: it was), and
    // what is to be said about single accounts.  On the source's own thread, and in open().
    std::function<void(const std::vector<identity::PasswdRemark>& faults,
                       const std::vector<identity::PasswdRemark>& remarks)>
        told;
};

// Safe for concurrent use.  No call waits.
class PasswdFileSource final : public identity::AccountSource {
public:
    // Faults: why the file is not taken; line 0 is the file as a whole.  The clock outlives it.
    static Result<std::unique_ptr<PasswdFileSource>, std::vector<identity::PasswdRemark>> open(
        PasswdFileOptions options, const Clock& clock);
    ~PasswdFileSource() override;

    Task<Result<std::optional<identity::Account>, StoreFault>> find(std::string name) override;
    Task<Result<identity::VerifierCensus, StoreFault>> census() override;
    std::uint64_t generation() const override;

    std::size_t accounts() const;
    // Looks at once, twice if need be, and not only on the second: for tests, and before a question
    // that must not be answered with what was there a second ago.
    void look_now();

private:
    struct Impl;
    explicit PasswdFileSource(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace signet::store
