// Why the server could not start.
#pragma once

#include <string>
#include <utility>

namespace signet::app {

// exit: as in docs/reference/cli.md: 1 failed, 75 a resource is taken, 78 the settings are wrong.
// sentence: for the administrator; names what and where, never a secret.
struct StartFault {
    int exit = 1;
    std::string sentence;

    static StartFault failed(std::string sentence) { return {1, std::move(sentence)}; }
    static StartFault taken(std::string sentence) { return {75, std::move(sentence)}; }
    static StartFault settings(std::string sentence) { return {78, std::move(sentence)}; }
};

}  // namespace signet::app
