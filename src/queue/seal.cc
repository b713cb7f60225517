#include "queue/seal.h"

#include "base/crc32c.h"
#include "base/invariant.h"
#include "queue/octets.h"

#include <utility>

namespace signet::queue {

std::string_view name(RecordFault fault) {
    switch (fault) {
    case RecordFault::not_a_record: return "not a record";
    case RecordFault::version: return "written by a newer version";
    case RecordFault::length: return "wrong length";
    case RecordFault::checksum: return "wrong checksum";
    case RecordFault::shape: return "a field that cannot be";
    }
    std::unreachable();
}

std::string seal(std::string_view kind, std::string_view payload, std::uint8_t version) {
    INVARIANT(kind.size() == 4 && payload.size() <= kMaxRecord - kFrame, "a record has its size");
    Writer head;
    head.number(version);
    head.number(static_cast<std::uint32_t>(payload.size()));
    auto record = std::string{kind} + head.take();
    Writer sum;
    sum.number(crc32c(payload, crc32c(record)));
    record.reserve(kFrame + payload.size());
    record += sum.take();
    record += payload;
    return record;
}

Result<Unsealed, RecordFault> unseal(std::string_view kind, std::string_view octets,
                                     std::uint8_t newest) {
    if (octets.size() < kFrame || !octets.starts_with(kind)) {
        return fail(RecordFault::not_a_record);
    }
    Reader in{octets.substr(kind.size())};
    std::uint8_t version = 0;
    std::uint32_t length = 0;
    std::uint32_t sum = 0;
    in.number(version) && in.number(length) && in.number(sum);
    if (length > kMaxRecord - kFrame || length > in.rest().size()) {
        return fail(RecordFault::length);
    }
    const auto payload = in.rest().substr(0, length);
    if (crc32c(payload, crc32c(octets.substr(0, 9))) != sum) return fail(RecordFault::checksum);
    if (version == 0 || version > newest) return fail(RecordFault::version);
    return Unsealed{payload, version};
}

}  // namespace signet::queue
