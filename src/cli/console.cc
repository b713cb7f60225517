#include "cli/console.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <iostream>

namespace signet::cli {
namespace {

// The terminal itself, so that a prompt works while standard input and output are elsewhere.
class Terminal {
public:
    Terminal() : fd_(::open("/dev/tty", O_RDWR | O_CLOEXEC)) {
        if (fd_ < 0 || ::tcgetattr(fd_, &before_) != 0) return;
        auto silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        silent.c_lflag |= ECHONL;
        changed_ = ::tcsetattr(fd_, TCSAFLUSH, &silent) == 0;
    }
    ~Terminal() {
        if (changed_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
        if (fd_ >= 0) ::close(fd_);
    }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    std::optional<Secret> ask(std::string_view prompt) {
        constexpr std::size_t kLongest = 4'096;
        if (!changed_ || ::write(fd_, prompt.data(), prompt.size()) < 0) return {};
        std::string line;
        line.reserve(kLongest);  // a string that grows leaves copies behind
        char c = 0;
        while (::read(fd_, &c, 1) == 1 && line.size() < kLongest) {
            if (c == '\n') return Secret{std::move(line)};
            line += c;
        }
        wipe(line);
        return {};
    }

private:
    int fd_;
    termios before_{};
    bool changed_ = false;
};

}  // namespace

Console process_console() {
    return {.out = std::cout,
            .err = std::cerr,
            .in = std::cin,
            .in_is_terminal = ::isatty(STDIN_FILENO) == 1,
            .ask_hidden = [](std::string_view prompt) { return Terminal{}.ask(prompt); }};
}

std::optional<Secret> read_secret_from(std::istream& in, std::size_t limit) {
    std::string octets(limit + 2, '\0');
    in.read(octets.data(), static_cast<std::streamsize>(octets.size()));
    auto size = static_cast<std::size_t>(in.gcount());
    if (size > 0 && octets[size - 1] == '\n') --size;
    if (size > 0 && octets[size - 1] == '\r') --size;
    auto secret = Secret::copy_of(std::string_view{octets}.substr(0, size));
    wipe(octets);
    if (size > limit) return {};
    return secret;
}

}  // namespace signet::cli
