#include "base/vectors.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

namespace signet {

std::optional<std::string> read_vectors(std::string_view name) {
    std::vector<std::filesystem::path> folders;
    if (const char* const given = std::getenv("SIGNET_VECTORS")) folders.emplace_back(given);
    if (const char* const source = std::getenv("SIGNET_SOURCE_DIR")) {
        const auto beside = std::filesystem::path{source}.parent_path();
        folders.push_back(beside / "vectors");
        folders.push_back(beside / "shared/vectors");
    }
    for (const auto& folder : folders) {
        std::ifstream file{folder / name, std::ios::binary};
        if (file) return std::string{std::istreambuf_iterator<char>{file}, {}};
    }
    return {};
}

}  // namespace signet
