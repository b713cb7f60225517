// Where exported messages go: a directory that nothing is overwritten in.
#pragma once

#include "base/result.h"
#include "store/descriptor.h"

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace signet::cli {

// One file on its way: under a name of its own until it is put in its place.
class ExportFile {
public:
    // In place of what an earlier try left.  The error is a sentence without a full stop.
    static Result<ExportFile, std::string> create(const std::filesystem::path& directory,
                                                  const std::string& name);
    ExportFile(ExportFile&&) = default;
    ExportFile& operator=(ExportFile&&) = delete;
    ~ExportFile();

    bool write(std::string_view octets);
    // Under `name`, synced; call once.  false: there is such a file already, and it stays as it is.
    Result<bool, std::string> put(const std::string& name);

private:
    ExportFile(std::filesystem::path directory, std::string name, store::Descriptor file)
        : directory_(std::move(directory)), name_(std::move(name)), file_(std::move(file)) {}

    std::filesystem::path directory_;
    std::string name_;
    store::Descriptor file_;
};

// Makes it (0700) if it is not there; its parent must be.
Result<void, std::string> make_export_directory(const std::filesystem::path& directory);

}  // namespace signet::cli
