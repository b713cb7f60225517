#include "submission/meter.h"

#include <gmock/gmock.h>

#include <vector>

namespace signet::submission {
namespace {

struct Codes final : Meter {
    void reply(int code) override { seen.push_back(code); }
    std::vector<int> seen;
};

TEST(CountReplies, each_reply_counts_once_however_many_lines_it_has) {
    struct Case {
        std::string_view output;
        std::vector<int> codes;
    };
    for (const auto& [output, codes] : std::vector<Case>{
             {"", {}},
             {"250 2.0.0 OK\r\n", {250}},
             {"250-mail.test\r\n250-SIZE 1\r\n250 HELP\r\n", {250}},
             {"250 a\r\n250 b\r\n354 c\r\n", {250, 250, 354}},
             {"250-a\r\n250 b\r\n535 5.7.8 no 421 here\r\n421 gone\r\n", {250, 535, 421}},
             {"220\r\n", {220}}}) {
        Codes meter;
        count_replies(output, meter);
        EXPECT_EQ(meter.seen, codes) << output;
    }
}

TEST(VerbOf, commands_have_a_verb_and_content_has_none) {
    EXPECT_EQ(verb_of(smtp::Ehlo{}), "EHLO");
    EXPECT_EQ(verb_of(smtp::Refused{.why = smtp::Refused::Why::syntax, .verb = "OTHER"}), "OTHER");
    EXPECT_EQ(verb_of(smtp::Content{}), "");
    EXPECT_EQ(verb_of(smtp::AuthResponse{}), "");
    EXPECT_EQ(verb_of(smtp::ContentEnd{}), "");
}

struct Phases final : Meter {
    void moved(std::optional<Phase> from, std::optional<Phase> to) override {
        if (from) --open[static_cast<std::size_t>(*from)];
        if (to) ++open[static_cast<std::size_t>(*to)];
    }
    std::array<int, 4> open{};
};

TEST(PhaseMark, a_session_is_in_one_phase_and_then_in_none) {
    Phases meter;
    {
        PhaseMark mark{meter};
        EXPECT_EQ(meter.open, (std::array{1, 0, 0, 0}));
        mark.set(Phase::auth);
        mark.set(Phase::auth);
        EXPECT_EQ(meter.open, (std::array{0, 0, 1, 0}));
    }
    EXPECT_EQ(meter.open, (std::array{0, 0, 0, 0}));
}

}  // namespace
}  // namespace signet::submission
