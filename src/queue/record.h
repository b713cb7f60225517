// What a queue keeps on disk, octet by octet: docs/reference/queue-format.md.
//
// A record proves itself: it begins with its kind and version and carries its length and a
// checksum.  Decoding trusts nothing and refuses everything that encoding would not have written,
// so that an accepted record of the newest version is written again octet for octet.  Older
// versions are read as they were written.
#pragma once

#include "audit/event.h"
#include "base/result.h"
#include "queue/message.h"

#include <string>
#include <string_view>

namespace signet::queue {

enum class RecordFault {
    not_a_record,  // too short, or another kind
    version,       // written by a newer Signet
    length,        // cut short, or something follows
    checksum,      // changed since it was written
    shape,         // a field beyond its limit, or a value that does not exist
};
std::string_view name(RecordFault fault);

inline constexpr std::uint8_t kRecordVersion = 1;  // of content
inline constexpr std::uint8_t kEventVersion = 2;   // of events: 1 has no client.proxy_ip
// of entries: 1 has no SMTPUTF8 and no DSN, 2 no delay_notified
inline constexpr std::uint8_t kEntryVersion = 3;
inline constexpr std::size_t kMaxRecord = 33'554'432;  // octets, whole

// shape: a field is beyond its limit; such an entry must not be accepted.
Result<std::string, RecordFault> encode_entry(const Entry& entry);
Result<Entry, RecordFault> decode_entry(std::string_view record);

// An event that waits to be written to the audit log.  Texts beyond their limit are cut.
std::string encode_event(audit::Event event);
Result<audit::Event, RecordFault> decode_event(std::string_view record);

// The content of a message, without prepend: `octets` of it, whose CRC-32C is `checksum`.  It
// follows the head of the record (`in_file` false), or it is a file of its own.
struct ContentHead {
    bool in_file = false;
    std::uint64_t octets = 0;
    std::uint32_t checksum = 0;
    bool operator==(const ContentHead&) const = default;
};
struct ContentRecord {
    ContentHead head;
    std::string_view inlined;  // into the record; empty when in_file
};
std::string encode_content_head(const ContentHead& head);
// checksum: also when the octets that follow the head are not those that were written.
Result<ContentRecord, RecordFault> decode_content(std::string_view record);

}  // namespace signet::queue
