// limits::RateStore in the memory of this process: exact, and forgotten when it ends.
#pragma once

#include "base/clock.h"
#include "limits/rate_store.h"

#include <array>
#include <memory>

namespace signet::store {

// How many keys of each kind are kept; a key that is counted in each part of its window takes
// about a kilobyte.
struct MemoryRatesOptions {
    std::size_t accounts = 200'000;
    std::size_t clients = 65'536;
    std::size_t shards = 16;  // each with a lock of its own
};

// Each kind of key has room of its own, so that whoever comes from many addresses makes nobody's
// account be forgotten.  When the room is full, a key goes whose window is past.  If there is none:
// of client networks the one that was counted least lately, since a flood of addresses is held by
// other limits; of accounts none, and the new one is full (a fault).
//
// No call waits.  The clock outlives the store.
class MemoryRates final : public limits::RateStore {
public:
    explicit MemoryRates(const Clock& clock, const MemoryRatesOptions& options = {});
    ~MemoryRates() override;

    Task<Result<limits::Decision, StoreFault>> room(limits::Ask ask) override;
    Task<Result<limits::Decision, StoreFault>> take(limits::Ask ask) override;
    Task<Result<void, StoreFault>> give_back(limits::Ask ask, std::int64_t place) override;

private:
    class Shelf;
    Shelf& shelf_of(const limits::Key& key);

    const Clock& clock_;
    std::array<std::unique_ptr<Shelf>, limits::kKinds> shelves_;  // by Key::Of
};

}  // namespace signet::store
