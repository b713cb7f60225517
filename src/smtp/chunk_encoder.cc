#include "smtp/chunk_encoder.h"

#include <utility>

namespace signet::smtp {

Result<std::string, ContentFault> ChunkEncoder::take(std::string_view part) {
    const bool is_end = part.empty();
    std::string next;
    const auto strict = is_end ? newlines_.finish(next) : newlines_.encode(part, next);
    if (!strict) {
        return fail(ContentFault{ContentFault::Kind::bare_newline, strict.error().offset});
    }
    taken_ += part.size();
    if (taken_ > said_ || (is_end && taken_ < said_)) {
        return fail(ContentFault{ContentFault::Kind::wrong_length, 0});
    }
    auto out = std::exchange(held_, std::move(next));
    if (out.empty() && !is_end) return out;
    if (!std::exchange(begun_, true)) {
        out.insert(0, "BDAT " + std::to_string(said_) + " LAST\r\n");
    }
    return out;
}

}  // namespace signet::smtp
