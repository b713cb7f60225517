// The file of pauses: what is read is written as it was, and read as the same.
#include "check.h"
#include "queue/pause.h"

#include <cstdint>

using namespace signet::queue;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto pauses = parse_pauses(text);
    if (!pauses) return 0;
    CHECK(pauses->size() <= kMostPauses);
    const auto again = parse_pauses(text_of(*pauses));
    CHECK(again && *again == *pauses);
    return 0;
}
