#include "store/rocksdb_draft.h"

#include "base/crc32c.h"
#include "queue/entry.h"
#include "queue/record.h"
#include "store/rocksdb_plans.h"

namespace signet::store {

RocksDraft::~RocksDraft() {
    if (!ours_) return;
    const auto remove = [files = spool_.files, id = id()] {
        files->drop(id);
        files->remove(id);
    };
    // Deleting what was written may take a while, and so may closing what was deleted.
    const bool posted = spool_.parts.disk.post([remove, file = std::move(file_)]() mutable {
        remove();
        file = Descriptor{};
    });
    if (!posted) remove();
}

Task<Result<void, StoreFault>> RocksDraft::append(std::string_view content) {
    if (over_) co_return fail(*over_);
    // Before anything is awaited: the octets may be gone afterwards.
    checksum_ = crc32c(content, checksum_);
    octets_ += content.size();
    buffer_ += content;
    if (octets_ <= kInlineContent || buffer_.size() < kInlineContent) {
        co_return Result<void, StoreFault>{};
    }
    const auto written = co_await on_disk([this] { return write_out(); });
    if (!written) co_return fail_for_good(written.error());
    co_return written;
}

Task<Result<void, StoreFault>> RocksDraft::on_disk(
    std::move_only_function<Result<void, StoreFault>()> work) {
    Result<void, StoreFault> done = fail(StoreFault::unavailable);
    co_await spool_.parts.disk.run([&] { done = work(); });
    co_return done;
}

Result<void, StoreFault> RocksDraft::write_out() {
    if (const auto room = spool_.space.check(); !room) return room;
    if (!file_) {
        auto file = spool_.files->create(id());
        if (!file) return fail(file.error());
        file_ = std::move(*file);
        ours_ = true;
    }
    const auto written = SpoolFiles::write(file_, buffer_);
    buffer_.clear();
    return written;
}

Result<void, StoreFault> RocksDraft::publish() {
    if (const auto written = write_out(); !written) return written;
    return spool_.files->publish(id(), file_);
}

Result<void, StoreFault> RocksDraft::fail_for_good(StoreFault fault) {
    over_ = fault;
    buffer_ = {};
    return fail(fault);
}

Task<Result<void, StoreFault>> RocksDraft::do_commit(queue::MessageInfo info, audit::Event event,
                                                     queue::ToldAtOnce told) {
    if (over_) co_return fail(*over_);
    over_ = StoreFault::conflict;
    const auto entry = queue::new_entry(id(), std::move(info), octets_);
    if (!entry) co_return fail(entry.error());
    const bool in_file = octets_ > kInlineContent;
    if (in_file) {
        const auto published = co_await on_disk([this] { return publish(); });
        if (!published) co_return published;
    }
    DraftContent content{queue::encode_content_head({in_file, octets_, checksum_}),
                         std::move(buffer_), in_file};
    buffer_ = {};
    co_return co_await spool_.committer->commit(id(), [&]() -> Result<Change, StoreFault> {
        auto change =
            plan_accept(spool_, *entry, std::move(content), {std::move(event), std::move(told)});
        // From here on the spool decides: a failed write may still be found after a crash.
        if (change) ours_ = false;
        return change;
    });
}

}  // namespace signet::store
