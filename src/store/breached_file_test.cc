#include "store/breached_file.h"

#include "base/text.h"
#include "crypto/digest.h"
#include "store/descriptor.h"
#include "store/temporary_folder.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace signet::store {
namespace {

struct World {
    TemporaryFolder folder;
    std::string list = folder / "list.txt", file = folder / "breached-passwords";
    BreachedFile known{[this] { return BreachedPlace{file, false}; }};

    void write(const std::string& text) { std::ofstream{list} << text; }
    Result<BreachedImport, std::string> import(std::uint64_t at_least = 1) {
        const Descriptor opened{::open(list.c_str(), O_RDONLY | O_CLOEXEC)};
        return import_breached(opened.get(), file, at_least);
    }
    Result<bool, std::string> knows(std::string password) {
        return known.knows(Secret{std::move(password)});
    }
};

std::string hash_of(std::string_view password) {
    return upper(hex(crypto::digest(crypto::Hash::sha1, password)));
}

// As the public list has them: the n-th was seen n + 1 times.
std::string list_of(std::vector<std::string> passwords) {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < passwords.size(); ++i) {
        lines.push_back(hash_of(passwords[i]) + ":" + std::to_string(i + 1) + "\r\n");
    }
    std::ranges::sort(lines);
    std::string text;
    for (const auto& line : lines) text += line;
    return text;
}

TEST(BreachedFile, KnowsWhatTheListNames) {
    World world;
    EXPECT_EQ(world.knows("password"), false) << "no list, nothing known";
    world.write(list_of({"password", "letmein", "пароль"}));
    const auto made = world.import();
    ASSERT_TRUE(made) << made.error();
    EXPECT_EQ(made->lines, 3u);
    EXPECT_EQ(made->passwords, 3u);
    EXPECT_EQ(made->octets, std::filesystem::file_size(world.file));
    EXPECT_EQ(world.knows("password"), true);
    EXPECT_EQ(world.knows("пароль"), true);
    EXPECT_EQ(world.knows("Password"), false);
    struct stat status{};
    ASSERT_EQ(::stat(world.file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0644u);
    ASSERT_TRUE(world.import(2));
    EXPECT_EQ(world.knows("password"), false) << "seen once";
    EXPECT_EQ(world.knows("letmein"), true);
}

TEST(BreachedFile, AListThatCannotBeUsedLeavesTheOneBefore) {
    World world;
    world.write(list_of({"password"}));
    ASSERT_TRUE(world.import());
    const auto one = hash_of("a") + ":1\n", two = hash_of("b") + ":1\n";
    const auto descending = one > two ? one + two : two + one;
    for (const auto& [text, why] :
         {std::pair{std::string{}, "the list names no password"},
          std::pair{std::string{"\n\n"}, "the list names no password"},
          std::pair{std::string{"password\n"}, "line 1 is no SHA-1"},
          std::pair{one + std::string(5'000'000, 'A'), "line 2 is no SHA-1"},
          std::pair{descending, "line 2 comes before the one above it"}}) {
        world.write(text);
        const auto made = world.import();
        ASSERT_FALSE(made) << why;
        EXPECT_TRUE(made.error().starts_with(why)) << made.error();
        EXPECT_EQ(world.knows("password"), true);
    }
    std::size_t files = 0;
    for ([[maybe_unused]] const auto& entry :
         std::filesystem::directory_iterator{world.folder / ""}) {
        ++files;
    }
    EXPECT_EQ(files, 2u) << "nothing is left of what failed";
}

TEST(BreachedFile, NeverTakesADamagedListForAnEmptyOne) {
    World world;
    world.write(list_of({"password"}));
    ASSERT_TRUE(world.import());
    const auto why = [&] {
        const auto known = world.knows("password");
        return known ? std::string{}
                     : known.error().substr(known.error().find(world.file) + world.file.size() + 1);
    };
    std::filesystem::resize_file(world.file, 2'000);
    EXPECT_EQ(why(), "is not as long as it says");
    std::ofstream{world.file} << "something else";
    EXPECT_EQ(why(), "is no list that `signet passwords` made");
    std::filesystem::remove(world.file);
    std::filesystem::create_directory(world.file);
    EXPECT_EQ(why(), "is not a file");
    std::filesystem::remove(world.file);
    const BreachedFile needed{[&] { return BreachedPlace{world.file, true}; }};
    const auto known = needed.knows(Secret{std::string{"password"}});
    ASSERT_FALSE(known);
    EXPECT_TRUE(known.error().contains("No such file")) << known.error();
}

}  // namespace
}  // namespace signet::store
