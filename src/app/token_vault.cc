#include "app/token_vault.h"

#include "app/files.h"

#include <utility>

namespace signet::app {
namespace {

constexpr std::string_view kBusy = "too much is waiting for the disk";

// A route's name holds no NUL, so no two places are written alike.
std::string place_of(const std::string& route) { return std::string{"route login"} + '\0' + route; }

}  // namespace

// The jobs refer to these coroutines' frames: a WorkerPool always resumes whom it took a job from.
Task<Result<std::optional<Secret>, std::string>> FileVault::read(std::string route) {
    const auto path = path_of(route);
    Result<std::optional<std::string>, std::string> sealed;
    if (!co_await disk_.run([&] { sealed = read_file(path); })) co_return fail(std::string{kBusy});
    if (!sealed) co_return fail(sealed.error());
    if (!*sealed) co_return std::nullopt;
    auto opened = seal_.open(**sealed, place_of(route));
    if (!opened) {
        co_return fail(path +
                       " was not sealed with this server's credential key, or is damaged: "
                       "signet route login " +
                       route);
    }
    co_return Secret{std::move(*opened)};
}

Task<Result<void, std::string>> FileVault::keep(std::string route, Secret refresh_token) {
    const auto path = path_of(route);
    const auto sealed = seal_.close(refresh_token.reveal(), place_of(route));
    FileResult written;
    const bool ran = co_await disk_.run([&] {
        written = make_directory(directory_);
        if (written) written = write_file(path, sealed, 0600);
    });
    if (!ran) co_return fail(std::string{kBusy});
    co_return written;
}

}  // namespace signet::app
