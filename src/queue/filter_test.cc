#include "queue/filter.h"

#include "queue/summary.h"

#include <gtest/gtest.h>

namespace signet::queue {
namespace {

using std::chrono::hours;
const WallTime kAccepted{hours{1'000}};
const std::string kId = "01JV3ABCDEFGHJKMNPQRSTVWXY", kOther = "01JV3ABCDEFGHJKMNPQRSTVWXZ";

// To bob, who waits after a greylisting, and eve, who has it.
Entry entry() {
    Entry made;
    made.id = kId;
    made.info.envelope.sender.mailbox = mail::Mailbox{"Ann", "a.example"};
    made.info.envelope.recipients = {{{"bob", "b.example"}}, {{"eve", "mx.e.example"}}};
    made.info.account = "ann@a.example";
    made.info.accepted = kAccepted;
    made.recipients = {{RecipientState::pending, "451 4.7.1 Greylisted (mx.b.example)"},
                       {RecipientState::delivered, "250 ok"}};
    made.content_octets = 100;
    made.state = State::deferred;
    return made;
}

bool fits(const FilterTexts& texts, const std::vector<std::string>& ids = {},
          const Entry& one = entry()) {
    const auto filter = parse_filter(texts, ids);
    EXPECT_TRUE(filter) << filter.error();
    return filter && matches(*filter, one);
}

TEST(Filter, TakesWhatFitsEachOfItsQuestions) {
    struct Case {
        FilterTexts texts;
        bool wanted;
    };
    const Case cases[] = {
        {{}, true},
        {{{"sender", "ann@A.example"}}, true},
        {{{"sender", "bob@a.example"}}, false},
        {{{"sender", "*@a.example"}}, true},
        {{{"sender", "*@x.a.example"}}, false},
        {{{"sender", "<>"}}, false},
        {{{"recipient", "BOB@b.example"}}, true},
        {{{"recipient", "*@b.example"}}, true},
        {{{"recipient", "eve@mx.e.example"}}, false},  // waits no more
        {{{"recipient", "<>"}}, false},
        {{{"domain", "B.example"}}, true},
        {{{"domain", "*.example"}}, true},
        {{{"domain", "*.e.example"}}, false},
        {{{"reply", "greyLISTED"}}, true},
        {{{"reply", "250"}}, false},
        {{{"account", "ANN@a.example"}}, true},
        {{{"account", "ann"}}, false},
        {{{"state", "deferred"}}, true},
        {{{"state", "hold"}}, false},
        {{{"since", "1970-02-11T16:00:00Z"}}, true},
        {{{"since", "1970-02-11T16:00:01Z"}}, false},
        {{{"before", "1970-02-11T16:00:01Z"}}, true},
        {{{"before", "1970-02-11T16:00:00Z"}}, false},
        {{{"sender", "ann@a.example"}, {"state", "hold"}}, false},
    };
    for (std::size_t i = 0; i < std::size(cases); ++i) {
        EXPECT_EQ(fits(cases[i].texts), cases[i].wanted) << i;
    }
    EXPECT_TRUE(fits({}, {kOther, kId}));
    EXPECT_FALSE(fits({}, {kOther}));
}

TEST(Filter, WhatIsSaidOfARecipientIsSaidOfOne) {
    auto two = entry();
    two.recipients[1] = {RecipientState::pending, "550 no"};
    EXPECT_TRUE(fits({{"domain", "*.e.example"}, {"reply", "550"}}, {}, two));
    EXPECT_FALSE(fits({{"domain", "*.e.example"}, {"reply", "grey"}}, {}, two));
}

TEST(Filter, TheNullSenderHasAName) {
    auto report = entry();
    report.info.envelope.sender.mailbox.reset();
    EXPECT_TRUE(fits({{"sender", "<>"}}, {}, report));
    EXPECT_FALSE(fits({{"sender", "*@a.example"}}, {}, report));
}

TEST(Filter, WhatCannotBeReadIsNamed) {
    const auto error = [](const FilterTexts& texts, const std::vector<std::string>& ids = {}) {
        const auto filter = parse_filter(texts, ids);
        return filter ? "none" : filter.error();
    };
    EXPECT_EQ(error({{"sender", "ann"}}), "`ann` is no address, nor *@example.com");
    EXPECT_EQ(error({{"recipient", ""}}), "`` is no address, nor *@example.com");
    EXPECT_EQ(error({{"domain", "a b"}}), "`a b` is no domain, nor *.example.com");
    EXPECT_EQ(error({{"state", "held"}}),
              "`held` is no state; there are incoming, active, deferred, hold");
    EXPECT_EQ(error({{"since", "now"}}), "`now` is no time");
    EXPECT_EQ(error({}, {"x"}), "`x` is no queue id");
    EXPECT_EQ(error({}, std::vector(1'001, kId)), "at most 1000 ids at a time");
}

TEST(Summary, CountsEachMessageOnceForEachOfItsNames) {
    Summary summary;
    EXPECT_EQ(summary.last(), "");
    auto both = entry();
    both.info.envelope.recipients.push_back({{"ben", "b.example"}});
    both.recipients.push_back(both.recipients[0]);
    both.info.accepted += hours{1};
    summary.add(entry(), kAccepted + hours{24});
    summary.add(both, kAccepted + hours{24});
    using By = Summary::By;
    const auto domains = summary.top(By::domain, 9);
    ASSERT_EQ(domains.size(), 1u);
    EXPECT_EQ(domains[0].name, "b.example");
    EXPECT_EQ(domains[0].messages, 2u);
    EXPECT_EQ(domains[0].octets, 200u);
    EXPECT_EQ(domains[0].oldest, kAccepted);
    EXPECT_EQ(domains[0].next_try, entry().due);
    EXPECT_EQ(summary.top(By::reply, 9).at(0).messages, 2u);
    EXPECT_EQ(summary.top(By::state, 9).at(0).name, "deferred");
    EXPECT_EQ(summary.top(By::sender, 9).at(0).name, "Ann@a.example");
    EXPECT_EQ(summary.all().messages, 2u);
    EXPECT_EQ(summary.last(), kId);
    EXPECT_EQ(summary.ages()[0].messages, 0u);
    EXPECT_EQ(summary.ages()[1].messages, 1u);  // the younger: 23 hours
    EXPECT_EQ(summary.ages()[2].messages, 1u);
}

TEST(Summary, TheNextTryIsThatOfWhomeverIsTriedFirstAndNobodyHeldIsTried) {
    Summary summary;
    auto held = entry(), later = entry(), sooner = entry();
    held.state = State::hold;
    held.due = kAccepted;
    later.due = kAccepted + hours{3};
    sooner.due = kAccepted + hours{2};
    summary.add(held, kAccepted);
    EXPECT_FALSE(summary.top(Summary::By::domain, 1).at(0).next_try);
    summary.add(later, kAccepted);
    EXPECT_EQ(summary.top(Summary::By::domain, 1).at(0).next_try, later.due);
    summary.add(sooner, kAccepted);
    summary.add(later, kAccepted);
    EXPECT_EQ(summary.top(Summary::By::domain, 1).at(0).next_try, sooner.due);
}

TEST(Summary, NamesTheLargestAndIsBounded) {
    Summary summary;
    auto one = entry();
    for (std::size_t i = 0; i <= Summary::kMaxNames; ++i) {
        one.info.envelope.sender.mailbox = mail::Mailbox{"s" + std::to_string(i), "a.example"};
        summary.add(one, kAccepted);
    }
    one.info.envelope.sender.mailbox = mail::Mailbox{"s7", "a.example"};
    summary.add(one, kAccepted);
    EXPECT_TRUE(summary.left_some_out());
    EXPECT_EQ(summary.all().messages, Summary::kMaxNames + 2);
    const auto top = summary.top(Summary::By::sender, 2);
    ASSERT_EQ(top.size(), 2u);
    EXPECT_EQ(top[0].name, "s7@a.example");
    EXPECT_EQ(top[0].messages, 2u);
}

}  // namespace
}  // namespace signet::queue
