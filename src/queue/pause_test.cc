#include "queue/pause.h"

#include <gtest/gtest.h>

namespace signet::queue {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

TEST(PauseFile, WhatIsWrittenIsReadAgain) {
    const std::vector<Pause> pauses{
        {Pause::Kind::route, "upstream", WallTime{1'764'320'400'000'000us}, "ann"},
        {Pause::Kind::destination, "xn--bcher-kva.example", WallTime{1us}, "two words"},
        {Pause::Kind::destination, "[192.0.2.1]", WallTime{}, ""}};
    EXPECT_EQ(text_of(pauses),
              "signet-pauses 1\nroute 1764320400000000 upstream ann\n"
              "destination 1 xn--bcher-kva.example two words\ndestination 0 [192.0.2.1] \n");
    EXPECT_EQ(parse_pauses(text_of(pauses)), pauses);
    EXPECT_EQ(parse_pauses(text_of({})), std::vector<Pause>{});
}

TEST(PauseFile, WhatIsNoSuchFileIsRefusedWhole) {
    const std::string head = "signet-pauses 1\n";
    const std::string cases[] = {
        "",
        "\n",
        "signet-pauses 1",  // cut off
        "signet-pauses 2\n",
        head + "route 1 up ann",  // cut off
        head + "\n",
        head + "road 1 up ann\n",
        head + "route  up ann\n",
        head + "route -1 up ann\n",
        head + "route 18446744073709551615 up ann\n",
        head + "route 1  ann\n",
        head + "route 1\n",
        head + "route 1 u\0p ann\n"s,
        head + "route 1 up ann\r\n",
        head + "route 1 up \xFF\n",
        head + "route 1 " + std::string(256, 'n') + " ann\n",
        head + "route 1 up " + std::string(257, 'b') + "\n",
        head + "route 1 up ann\nroute 1 up\nrubbish\n",
    };
    for (const auto& text : cases) EXPECT_FALSE(parse_pauses(text)) << text;
}

TEST(PauseFile, ThereIsAnEndToWhatIsRead) {
    std::vector<Pause> many(kMostPauses, {Pause::Kind::route, "up", WallTime{}, ""});
    EXPECT_TRUE(parse_pauses(text_of(many)));
    many.push_back(many.front());
    EXPECT_FALSE(parse_pauses(text_of(many)));
}

}  // namespace
}  // namespace signet::queue
