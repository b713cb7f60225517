// The text of the settings: whatever is in it, there is an answer with a place for each problem,
// and what is accepted has come through validate().
#include "check.h"
#include "settings/parse.h"

#include <cstdint>

using namespace signet::settings;

namespace {

void is_sound(const Problem& problem) {
    CHECK(!problem.code.empty() && !problem.message.empty());
    CHECK(problem.message.find('\n') == std::string::npos);
    CHECK(problem.place.line_text.find('\n') == std::string::npos);
    CHECK(!render(problem).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    // "\f" parts the main file from one of conf.d.
    const auto cut = input.find('\f');
    std::vector<SourceText> files{{"main", std::string{input.substr(0, cut)}}};
    if (cut != std::string_view::npos)
        files.push_back({"more", std::string{input.substr(cut + 1)}});

    auto result = parse(files);
    const auto& problems = result ? result->warnings : result.error();
    CHECK(result.has_value() != has_error(problems));
    CHECK(problems.size() <= kMaxProblems);
    for (const auto& problem : problems) is_sound(problem);
    CHECK(!problems_json(problems).empty());
    if (result) CHECK(!result->snapshot.hostname.empty() && !result->snapshot.listeners.empty());
    return 0;
}
