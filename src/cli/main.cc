#include "cli/run.h"

#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

int main(int argc, char** argv) {
    // A reader that goes away (`signet account list | head`) is no reason to die of a signal.
    std::signal(SIGPIPE, SIG_IGN);
    try {
        const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
        auto console = signet::cli::process_console();
        const auto exit = signet::cli::run(words, console);
        std::cout.flush();
        return static_cast<int>(exit);
    } catch (const std::exception& error) {  // out of memory, or a bug: never a matter of course
        std::fprintf(stderr, "signet: %s\n", error.what());
        return static_cast<int>(signet::cli::Exit::failed);
    }
}
