// The content of a message in the spool, proven by its checksum before any of it is given out.
#pragma once

#include "queue/queue_store.h"
#include "queue/record.h"
#include "store/rocksdb_spool.h"

namespace signet::store {

class RocksReader final : public queue::ContentReader {
public:
    // `file` when head.in_file, else `inlined`, whose checksum is right.
    RocksReader(Spool& spool, queue::Entry entry, queue::ContentHead head, std::string inlined,
                Descriptor file);
    ~RocksReader() override;

    // Holds all that it needs to be read, even when the entry leaves the queue meanwhile.
    // corrupt, conflict (no such entry): see queue::QueueStore::content.  May block.
    static Result<std::unique_ptr<RocksReader>, StoreFault> open(Spool& spool,
                                                                 const queue::QueueId& id);

    Task<Result<std::string, StoreFault>> read() override;

private:
    Result<void, StoreFault> prove() const;
    Result<std::string, StoreFault> next_part();

    Spool& spool_;
    const queue::QueueId id_;
    const std::string prepend_;
    const queue::ContentHead head_;
    const std::string inlined_;
    Descriptor file_;
    bool proven_ = false;
    std::uint64_t at_ = 0;  // prepend counts
};

}  // namespace signet::store
