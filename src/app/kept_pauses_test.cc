#include "app/kept_pauses.h"

#include "store/temporary_folder.h"

#include <gtest/gtest.h>

namespace signet::app {
namespace {

using queue::Pause;

TEST(KeptPauses, ARestartFindsWhatWasWrittenLast) {
    const store::TemporaryFolder folder;
    const auto storage = folder / ".";
    const std::vector<Pause> pauses{{Pause::Kind::destination, "example.net", WallTime{}, "ann"}};
    KeptPauses kept{storage};
    EXPECT_EQ(kept.read(), std::vector<Pause>{}) << "no file, nothing paused";
    ASSERT_TRUE(kept.write([&] { return pauses; }));
    EXPECT_EQ(KeptPauses{storage}.read(), pauses);
    ASSERT_TRUE(kept.write([] { return std::vector<Pause>{}; }));
    EXPECT_EQ(KeptPauses{storage}.read(), std::vector<Pause>{});
}

TEST(KeptPauses, AFileThatIsDamagedIsNotTakenForNone) {
    const store::TemporaryFolder folder;
    const auto storage = folder / ".";
    ASSERT_TRUE(write_file(storage + "/pauses", "signet-pauses 1\nroute", 0600));
    const auto read = KeptPauses{storage}.read();
    ASSERT_FALSE(read);
    EXPECT_NE(read.error().find("/pauses is damaged"), std::string::npos);
}

TEST(KeptPauses, WhatCannotBeWrittenIsSaid) {
    const store::TemporaryFolder folder;
    KeptPauses kept{folder / "nowhere"};
    EXPECT_FALSE(kept.write([] { return std::vector<Pause>{}; }));
}

}  // namespace
}  // namespace signet::app
