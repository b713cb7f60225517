// The cases of another implementation (github.com/byllyfish/precis_i18n), where they are at hand.
#include "base/text.h"
#include "base/vectors.h"
#include "precis/precis.h"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <map>

namespace signet::precis {
namespace {

using Prepare = Prepared (*)(std::string_view);

const std::map<std::string, Prepare, std::less<>> kProfiles = {
    {"OpaqueString", opaque_string},
    {"UsernameCaseMapped", username_case_mapped},
    {"UsernameCaseMapped:ToLower", username_case_mapped},
    {"UsernameCasePreserved", username_case_preserved},
};

// Half a surrogate is written as an escape there, which is no JSON; it is meant to be no UTF-8.
void replace_halves(std::string& text) {
    for (const std::string_view half : {"\\ud800\"", "\\ud8ff\""}) {
        for (auto at = text.find(half); at != std::string::npos; at = text.find(half, at)) {
            text.replace(at, half.size(), "\xED\xA0\x80\"");
        }
    }
}

TEST(Golden, EveryCaseOfOurProfilesEndsAsThere) {
    auto text = read_vectors("precis_golden.json");
    if (!text) GTEST_SKIP() << kNoVectors;
    replace_halves(*text);
    boost::json::parse_options lenient;
    lenient.allow_invalid_utf8 = true;
    std::size_t cases = 0;
    for (const auto& one : boost::json::parse(*text, {}, lenient).as_array()) {
        const auto& test = one.as_object();
        const auto profile = kProfiles.find(std::string_view{test.at("profile").as_string()});
        if (profile == kProfiles.end()) continue;
        ++cases;
        const std::string input{test.at("input").as_string()};
        const auto got = profile->second(input);
        const auto& wanted = test.at("output");
        ASSERT_EQ(got.has_value(), wanted.is_string()) << boost::json::serialize(test);
        if (got) EXPECT_EQ(*got, std::string{wanted.as_string()}) << boost::json::serialize(test);
    }
    EXPECT_GE(cases, 1'200u);
}

}  // namespace
}  // namespace signet::precis
