// The frame around every record of the queue.
//
//   offset  octets
//        0       4  kind
//        4       1  version
//        5       4  length of the payload
//        9       4  CRC-32C of octets 0 … 8 and the payload
//       13       …  payload
#pragma once

#include "queue/record.h"

namespace signet::queue {

inline constexpr std::size_t kFrame = 13;

// REQUIRES: kind is four octets, the payload fits kMaxRecord.
std::string seal(std::string_view kind, std::string_view payload,
                 std::uint8_t version = kRecordVersion);

// The frame is the same in all versions, so that damage is told from news: only a record whose
// checksum is right can be RecordFault::version.
//
// The record that stands at the front of `octets`, of a version up to `newest`; what follows is the
// caller's.
struct Unsealed {
    std::string_view payload;
    std::uint8_t version = 0;
};
Result<Unsealed, RecordFault> unseal(std::string_view kind, std::string_view octets,
                                     std::uint8_t newest = kRecordVersion);

}  // namespace signet::queue
