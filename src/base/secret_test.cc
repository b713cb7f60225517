#include "base/secret.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace signet {
namespace {

TEST(Secret, can_be_moved_and_never_copied_or_printed_by_accident) {
    static_assert(!std::is_copy_constructible_v<Secret>);
    static_assert(!std::is_copy_assignable_v<Secret>);
    static_assert(!std::is_convertible_v<Secret, std::string>);
    static_assert(!std::is_convertible_v<Secret, std::string_view>);
    Secret a{std::string{"hunter2"}};
    Secret b = std::move(a);
    EXPECT_EQ(b.reveal(), "hunter2");
    EXPECT_TRUE(a.empty());
    EXPECT_EQ(b.clone().reveal(), b.reveal());
}

TEST(Secret, wipes_the_string_it_was_made_from_short_or_long) {
    for (const std::size_t size : {7u, 300u}) {
        std::string source(size, 'x');
        const char* octets = source.data();
        const Secret secret{std::move(source)};
        EXPECT_EQ(secret.size(), size);
        // source keeps its buffer, so looking at it is defined; it must hold nothing any more
        ASSERT_EQ(source.data(), octets);
        source.resize(size);
        EXPECT_EQ(source, std::string(size, '\0'));
    }
}

TEST(Secret, wipe_reaches_behind_the_end_of_a_string) {
    std::string text = "a secret that is longer than a short string";
    const auto full = text.size();
    text.resize(3);
    wipe(text);
    EXPECT_TRUE(text.empty());
    text.resize(full, 'y');
    EXPECT_EQ(text, std::string(full, 'y'));
}

TEST(Secret, assigning_replaces_and_self_move_is_harmless) {
    auto a = Secret::copy_of("one");
    a = Secret::copy_of("two");
    EXPECT_EQ(a.reveal(), "two");
    auto& same = a;
    a = std::move(same);
    EXPECT_EQ(a.reveal(), "two");
}

}  // namespace
}  // namespace signet
