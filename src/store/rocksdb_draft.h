// A message on its way into the spool: in a buffer up to 64 KiB, in tmp/ID beyond.
#pragma once

#include "queue/queue_store.h"
#include "store/rocksdb_spool.h"

namespace signet::store {

class RocksDraft final : public queue::Draft {
public:
    RocksDraft(queue::QueueId id, Spool& spool) : Draft(std::move(id)), spool_(spool) {}
    ~RocksDraft() override;

    Task<Result<void, StoreFault>> append(std::string_view content) override;

private:
    Task<Result<void, StoreFault>> do_commit(queue::MessageInfo info, audit::Event event,
                                             queue::ToldAtOnce told) override;
    Task<Result<void, StoreFault>> on_disk(
        std::move_only_function<Result<void, StoreFault>()> work);
    Result<void, StoreFault> write_out();
    Result<void, StoreFault> publish();
    Result<void, StoreFault> fail_for_good(StoreFault fault);

    Spool& spool_;
    std::string buffer_;
    std::uint64_t octets_ = 0;
    std::uint32_t checksum_ = 0;
    Descriptor file_;
    bool ours_ = false;               // there is a file that nobody else will remove
    std::optional<StoreFault> over_;  // what every further call is answered
};

}  // namespace signet::store
