// CRC-32C (Castagnoli, RFC 3720 §12.1): finds octets that a disk changed by accident.  It is no
// defence against someone who changes them on purpose.
#pragma once

#include <cstdint>
#include <string_view>

namespace signet {

// Of octets that come in parts: crc32c(b, crc32c(a)) == crc32c(a + b).
std::uint32_t crc32c(std::string_view octets, std::uint32_t so_far = 0);

// The same by table, for processors without the instruction, and to test one by the other.
std::uint32_t crc32c_by_table(std::string_view octets, std::uint32_t so_far = 0);

}  // namespace signet
