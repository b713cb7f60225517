#include "store/rocksdb_reader.h"

#include "base/crc32c.h"
#include "store/rocksdb_keys.h"

namespace signet::store {

RocksReader::RocksReader(Spool& spool, queue::Entry entry, queue::ContentHead head,
                         std::string inlined, Descriptor file)
    : spool_(spool),
      id_(std::move(entry.id)),
      prepend_(std::move(entry.info.prepend)),
      head_(head),
      inlined_(std::move(inlined)),
      file_(std::move(file)),
      proven_(!head.in_file) {}

RocksReader::~RocksReader() {
    // The last one to close a deleted file frees its blocks, which may take a while.
    if (file_) spool_.parts.disk.post([file = std::move(file_)] {});
}

Result<std::unique_ptr<RocksReader>, StoreFault> RocksReader::open(Spool& spool,
                                                                   const queue::QueueId& id) {
    const auto entry_record = spool.database->get(key::entry(id));
    if (!entry_record) return fail(entry_record.error());
    if (!*entry_record) return fail(StoreFault::conflict);
    auto entry = queue::decode_entry(**entry_record);
    const auto content_record = spool.database->get(key::content(id));
    if (!content_record) return fail(content_record.error());
    if (!entry || !*content_record) return fail(StoreFault::corrupt);
    const auto content = queue::decode_content(**content_record);
    if (!content) return fail(StoreFault::corrupt);
    if (content->head.octets + entry->info.prepend.size() != entry->content_octets) {
        return fail(StoreFault::corrupt);
    }

    Descriptor file;
    if (content->head.in_file) {
        auto opened = spool.files->open_body(id);
        // A file that is not there, of an entry that is, is damage.
        if (!opened) {
            const bool missing = opened.error() == StoreFault::conflict;
            return fail(missing ? StoreFault::corrupt : opened.error());
        }
        file = std::move(*opened);
    }
    return std::make_unique<RocksReader>(spool, std::move(*entry), content->head,
                                         std::string{content->inlined}, std::move(file));
}

Task<Result<std::string, StoreFault>> RocksReader::read() {
    if (!head_.in_file) co_return next_part();
    Result<std::string, StoreFault> part = fail(StoreFault::unavailable);
    co_await spool_.parts.disk.run([&] { part = next_part(); });
    if (!part && part.error() == StoreFault::corrupt) {
        co_await set_aside(spool_, id_, "the file of its content is not as it was written");
    }
    co_return part;
}

Result<void, StoreFault> RocksReader::prove() const {
    std::uint32_t sum = 0;
    std::uint64_t octets = 0;
    for (;;) {
        const auto part = SpoolFiles::read(file_, octets, 4 * kContentPart);
        if (!part) return fail(part.error());
        if (part->empty()) break;
        sum = crc32c(*part, sum);
        octets += part->size();
    }
    if (octets != head_.octets || sum != head_.checksum) return fail(StoreFault::corrupt);
    return {};
}

Result<std::string, StoreFault> RocksReader::next_part() {
    if (!proven_) {
        if (const auto proof = prove(); !proof) return fail(proof.error());
        proven_ = true;
    }
    std::string part;
    if (at_ < prepend_.size()) part = prepend_.substr(at_, kContentPart);
    if (at_ + part.size() >= prepend_.size()) {
        const auto offset = at_ + part.size() - prepend_.size();
        const auto wanted = kContentPart - part.size();
        if (head_.in_file) {
            const auto octets = SpoolFiles::read(file_, offset, wanted);
            if (!octets) return octets;
            part += *octets;
        } else {
            part += std::string_view{inlined_}.substr(offset, wanted);
        }
    }
    at_ += part.size();
    return part;
}

}  // namespace signet::store
