#include "app/control.h"

#include "app/files.h"

#include <filesystem>

namespace signet::app {

Result<std::unique_ptr<admin::ControlServer>, StartFault> open_control_socket(
    net::IoThreads& io, const std::string& path, const admin::Services& services) {
    if (auto made = make_directory(std::filesystem::path{path}.parent_path().string()); !made) {
        return fail(StartFault::failed(made.error()));
    }
    auto opened = admin::ControlServer::open(io, path, services);
    if (!opened) return fail(StartFault::taken(opened.error()));
    return std::move(*opened);
}

}  // namespace signet::app
