#include "settings/described.h"

#include "settings/codes.h"
#include "settings/describe.h"
#include "settings/parse.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

namespace signet::settings {
namespace {

std::string committed(const std::string& path) {
    const char* root = std::getenv("SIGNET_SOURCE_DIR");  // NOLINT(concurrency-mt-unsafe)
    std::ifstream file{std::string{root ? root : "."} + "/" + path};
    return {std::istreambuf_iterator<char>{file}, {}};
}

TEST(Described, every_setting_gives_back_what_it_was_given) {
    for (const auto& section : sections()) {
        Snapshot defaults, other;
        const void* from = section.record(defaults);
        void* to = section.record(other);
        for (const auto& key : section.keys) {
            const auto value = key.get(from);
            key.set(to, value);
            EXPECT_EQ(value_text(key.type, key.get(to)), value_text(key.type, value)) << key.name;
        }
    }
}

TEST(Described, every_default_lies_inside_its_own_range) {
    for (const auto& section : sections()) {
        Snapshot defaults;
        const void* from = section.record(defaults);
        for (const auto& key : section.keys) {
            std::uint64_t number = 0;
            const auto value = key.get(from);
            if (const auto* count = std::get_if<std::uint64_t>(&value))
                number = *count;
            else if (const auto* span = std::get_if<milliseconds>(&value)) {
                number = static_cast<std::uint64_t>(span->count());
            } else
                continue;
            EXPECT_GE(number, key.type.min) << key.name;
            EXPECT_LE(number, key.type.max) << key.name;
        }
    }
}

TEST(Described, a_description_is_a_sentence) {
    std::set<std::string> names;
    for (const auto& name : all_keys()) EXPECT_TRUE(names.insert(name).second) << name;
    for (const auto& section : sections()) {
        EXPECT_TRUE(section.description.ends_with('.')) << section.name;
        for (const auto& key : section.keys) {
            EXPECT_TRUE(key.description.ends_with('.')) << key.name;
            EXPECT_EQ(key.description.find('\n'), std::string_view::npos) << key.name;
        }
    }
}

TEST(Described, the_examples_together_are_a_valid_file) {
    const SourceText file{"sample.toml", sample()};
    const auto parsed = parse({&file, 1});
    ASSERT_TRUE(parsed) << render(parsed.error());
    EXPECT_TRUE(parsed->warnings.empty()) << render(parsed->warnings);
}

TEST(Described, a_key_is_found_by_its_full_name_or_its_last_part) {
    EXPECT_EQ(*describe("auth.cache_life"),
              "auth.cache_life\n"
              "    How long a password that was right is remembered, as a keyed digest in\n"
              "    memory; any change of the account ends it, and `\"0s\"` turns it off.\n"
              "    Value:   a duration, \"0s\" … \"1h\"\n"
              "    Default: \"2m\"\n"
              "    Takes effect after a restart\n");
    EXPECT_EQ(describe("cache_life"), describe("auth.cache_life"));
    EXPECT_TRUE(describe("name")->find("listener.name") != std::string::npos);
    EXPECT_TRUE(describe("name")->find("route.name") != std::string::npos);
    EXPECT_TRUE(describe("auth")->starts_with("[auth]\n"));
    EXPECT_TRUE(describe("listener")->starts_with("[[listener]]\n"));
    EXPECT_TRUE(describe("")->find("[queue]") != std::string::npos);
    EXPECT_FALSE(describe("cache_live"));
}

TEST(Described, machines_get_the_same_as_json) {
    EXPECT_EQ(
        describe_json("auth.failures"),
        R"([{"key":"auth.failures","section":"auth","type":"a number, 1 … 1000",)"
        R"("default":"10","required":false,"restart":false,"description":"After this many failed sign-ins a )"
        R"(session is ended with 421."}])");
    EXPECT_EQ(describe_json("nothing"), "[]");
}

TEST(Described, the_committed_pages_are_the_generated_ones) {
    EXPECT_TRUE(committed("docs/reference/signet.toml.md") == reference_page())
        << "run: signet config describe --markdown > docs/reference/signet.toml.md";
    EXPECT_TRUE(committed("docs/reference/errors.md") == codes_page())
        << "run: signet explain --markdown > docs/reference/errors.md";
}

TEST(Codes, stand_in_order_and_each_once) {
    std::string last;
    for (const auto& code : codes()) {
        EXPECT_LT(last, std::string{code.code});
        last = code.code;
        EXPECT_TRUE(code.meaning.ends_with('.')) << code.code;
        EXPECT_TRUE(code.remedy.ends_with('.')) << code.code;
    }
    ASSERT_TRUE(find_code("e0102"));
    EXPECT_EQ(find_code("e0102")->code, "E0102");
    EXPECT_FALSE(find_code("E9999"));
    EXPECT_TRUE(explain(*find_code("E0102")).starts_with("E0102: A key is not known\n"));
}

}  // namespace
}  // namespace signet::settings
