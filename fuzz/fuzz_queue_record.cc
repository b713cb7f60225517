// Records as a damaged disk, a bug or a forger would leave them.
#include "check.h"
#include "queue/record.h"
#include "queue/seal.h"

using namespace signet::queue;

static_assert(kEntryVersion >= kEventVersion && kEntryVersion >= kRecordVersion);

namespace {

// What is accepted is written again octet for octet, so nothing of it was ignored or guessed.
void decode_all(std::string_view record) {
    if (const auto entry = decode_entry(record)) {
        const auto again = encode_entry(*entry);
        CHECK(again && (record[4] != kEntryVersion || *again == record));
    }
    if (const auto event = decode_event(record)) {
        CHECK(record[4] != kEventVersion || encode_event(*event) == record);
    }
    if (const auto content = decode_content(record)) {
        const auto head = encode_content_head(content->head);
        CHECK(record == head + std::string{content->inlined});
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    decode_all(input);
    // With a right checksum the fuzzer gets behind it.
    if (size > kMaxRecord - kFrame) return 0;
    for (const auto* kind : {"SGQE", "SGQV", "SGQC"}) {
        for (std::uint8_t version = 1; version <= kEntryVersion; ++version) {
            decode_all(seal(kind, input, version));
        }
    }
    return 0;
}
