#include "identity/breached_list.h"

#include "crypto/digest.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace signet::identity {
namespace {

// Marks that look as those of passwords do: all over.
std::vector<Mark> marks(std::size_t count, std::string_view seed) {
    std::vector<Mark> all;
    for (std::size_t i = 0; i < count; ++i) {
        all.push_back(
            mark_of(crypto::digest(crypto::Hash::sha1, std::string{seed} + std::to_string(i))));
    }
    std::ranges::sort(all);
    return all;
}

std::string file_of(const std::vector<Mark>& all) {
    BreachedBlocks blocks;
    std::string file;
    for (const auto mark : all) file += blocks.add(mark);
    file += blocks.finish();
    return text_of(blocks.header()) + file;
}

// nullopt: the file is refused.
std::optional<bool> find(std::string_view file, Mark mark) {
    const auto header = parse_breached_header(file.substr(0, kBreachedHeader), file.size());
    if (!header) return {};
    BreachedSearch search{*header, mark};
    while (const auto number = search.wanted()) {
        const auto at = kBreachedHeader + *number * kBreachedBlock;
        if (!search.take(file.substr(at, kBreachedBlock))) return {};
    }
    return search.found();
}

TEST(BreachedList, KnowsWhatWasPutIntoItAndHardlyAnythingElse) {
    const auto all = marks(20'000, "known");
    const auto file = file_of(all);
    // 20,000 of 2^40: 25.7 bits each at the least, and headers.
    EXPECT_LT(file.size() * 8 / all.size(), 30u);
    for (const auto mark : all) ASSERT_EQ(find(file, mark), true);
    for (const auto mark : marks(20'000, "unknown")) ASSERT_EQ(find(file, mark), false);
    EXPECT_EQ(find(file, 0), false);
    EXPECT_EQ(find(file, (Mark{1} << kMarkBits) - 1), false);
}

TEST(BreachedList, HoldsOneAndExtremesAndCountsTwinsOnce) {
    const auto highest = (Mark{1} << kMarkBits) - 1;
    const auto one = file_of({7});
    EXPECT_EQ(one.size(), kBreachedHeader + kBreachedBlock);
    EXPECT_EQ(find(one, 7), true);
    EXPECT_EQ(find(one, 8), false);
    const auto far = file_of({0, highest});
    EXPECT_EQ(find(far, 0), true);
    EXPECT_EQ(find(far, highest), true);
    EXPECT_EQ(find(far, 1), false);
    BreachedBlocks twins;
    twins.add(5);
    twins.add(5);
    twins.finish();
    EXPECT_EQ(twins.header().passwords, 1u);
    std::vector<Mark> dense;
    for (Mark mark = 0; mark < 100'000; ++mark) dense.push_back(mark);
    const auto file = file_of(dense);
    EXPECT_EQ(find(file, 99'999), true);
    EXPECT_EQ(find(file, 100'000), false);
}

TEST(BreachedList, NoOctetCanBeAnother) {
    const auto all = marks(3'000, "known");
    const auto file = file_of(all);
    for (std::size_t at = 0; at < file.size(); at += 61) {
        auto bent = file;
        bent[at] = static_cast<char>(bent[at] ^ 0x10);
        std::size_t refused = 0, lost = 0;
        for (std::size_t i = 0; i < all.size(); i += 40) {
            const auto found = find(bent, all[i]);
            refused += found ? 0 : 1;
            lost += found == false ? 1 : 0;
        }
        EXPECT_EQ(lost, 0u) << "octet " << at << ": nothing known becomes unknown";
        EXPECT_GT(refused, 0u) << "octet " << at;
    }
}

TEST(BreachedList, IsRefusedCutOffOrInAnotherOrder) {
    const auto file = file_of(marks(3'000, "known"));
    for (const auto size : {std::size_t{0}, std::size_t{63}, kBreachedHeader,
                            kBreachedHeader + kBreachedBlock, file.size() - 1}) {
        EXPECT_EQ(find(file.substr(0, size), 1), std::nullopt) << size;
    }
    EXPECT_EQ(find(file + "x", 1), std::nullopt);
    // Two blocks that have changed places are both damage.
    ASSERT_GE(file.size(), kBreachedHeader + 2 * kBreachedBlock);
    const auto swapped = file.substr(0, kBreachedHeader) +
                         file.substr(kBreachedHeader + kBreachedBlock, kBreachedBlock) +
                         file.substr(kBreachedHeader, kBreachedBlock) +
                         file.substr(kBreachedHeader + 2 * kBreachedBlock);
    EXPECT_EQ(find(swapped, 0), std::nullopt);
    EXPECT_EQ(parse_breached_header("passwords", 9).error(), BreachedFault::not_a_list);
    auto newer = file.substr(0, kBreachedHeader - 8);
    newer[8] = 2;
    newer += crypto::sha256(newer).substr(0, 8);
    EXPECT_EQ(parse_breached_header(newer, file.size()).error(), BreachedFault::newer);
}

TEST(BreachedList, ReadsLinesOfThePublicList) {
    const std::string hash = "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8";  // "password"
    const auto line = parse_breached_line(hash + ":9659365\r");
    ASSERT_TRUE(line);
    EXPECT_EQ(line->sha1, crypto::digest(crypto::Hash::sha1, "password"));
    EXPECT_EQ(line->count, 9'659'365u);
    EXPECT_EQ(mark_of(line->sha1), 0x5BAA61E4C9u);
    EXPECT_TRUE(parse_breached_line(hash));
    for (const auto& wrong : {hash + ":", hash + ":x", hash + " 3", hash.substr(1), std::string{},
                              "G" + hash.substr(1), hash + ":99999999999999999999999"}) {
        EXPECT_FALSE(parse_breached_line(wrong)) << wrong;
    }
}

}  // namespace
}  // namespace signet::identity
