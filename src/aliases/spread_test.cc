#include "aliases/spread.h"

#include <gmock/gmock.h>

namespace signet::aliases {
namespace {

using mail::Notify;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Notify kSuccess{.asked = true, .success = true};
constexpr Notify kNever{.asked = true};
constexpr Notify kBoth{.asked = true, .success = true, .failure = true};
constexpr Notify kFailure{.asked = true, .failure = true};

const mail::Mailbox kAnn{"ann", "x.test"}, kBob{"bob", "x.test"}, kSales{"sales", "x.test"};

TEST(Spread, leaves_alone_whom_no_alias_stands_for) {
    const std::vector<mail::Recipient> given{{kAnn, kBoth, "rfc822;a@b"}, {{"Ann", "x.test"}}};
    const auto spread = aliases::spread(given, {{}, {}});
    EXPECT_EQ(spread.recipients, given);  // in the case of letters that the sender wrote
    EXPECT_THAT(spread.steps, IsEmpty());
    EXPECT_EQ(aliases::spread(given, {}).recipients, given);
}

// RFC 3461 §5.2.7.2
TEST(Spread, a_name_of_one_hands_on_every_wish) {
    const auto spread = aliases::spread({{kSales, kBoth, "rfc822;team@x.test"}}, {{kAnn}});
    EXPECT_THAT(spread.recipients, ElementsAre(mail::Recipient{kAnn, kBoth, "rfc822;team@x.test"}));
    EXPECT_THAT(spread.expanded, IsEmpty());
}

// RFC 3461 §5.2.7.3 (c)
TEST(Spread, a_name_of_several_keeps_success_for_itself) {
    const auto spread = aliases::spread({{kSales, kBoth}}, {{kAnn, kBob}});
    EXPECT_THAT(spread.recipients,
                ElementsAre(mail::Recipient{kAnn, kFailure, "rfc822;sales@x.test"},
                            mail::Recipient{kBob, kFailure, "rfc822;sales@x.test"}));
    EXPECT_THAT(spread.expanded, ElementsAre(mail::Recipient{kSales, kBoth}));
    const auto success_alone = aliases::spread({{kSales, kSuccess}}, {{kAnn, kBob}});
    EXPECT_EQ(success_alone.recipients[0].notify, kNever);  // nothing is left of it
    const auto without = aliases::spread({{kSales, kFailure}}, {{kAnn, kBob}});
    EXPECT_THAT(without.expanded, IsEmpty());
}

TEST(Spread, everybody_once_and_whom_the_sender_named_first) {
    const auto spread = aliases::spread({{kSales}, {kAnn, {}, "rfc822;own@x.test"}},
                                        {{{"ANN", "x.test"}, kBob}, {}});
    EXPECT_THAT(spread.recipients, ElementsAre(mail::Recipient{kAnn, {}, "rfc822;own@x.test"},
                                               mail::Recipient{kBob, {}, "rfc822;sales@x.test"}));
    ASSERT_EQ(spread.steps.size(), 1u);
    EXPECT_EQ(spread.steps[0].from, kSales);
    EXPECT_EQ(spread.steps[0].to.size(), 2u);
}

TEST(Spread, who_is_reached_twice_is_reported_about_as_both_ways_ask) {
    const auto notify = [](const Notify& direct, const Notify& alias) {
        return aliases::spread({{kAnn, direct}, {kSales, alias}}, {{}, {kAnn}})
            .recipients[0]
            .notify;
    };
    EXPECT_EQ(notify(kNever, kFailure), kFailure);
    EXPECT_EQ(notify(kSuccess, kFailure), kBoth);
    EXPECT_EQ(notify({}, {}), Notify{});
    EXPECT_EQ(notify(kNever, {}),
              (Notify{.asked = true, .success = false, .failure = true, .delay = true}));
}

TEST(Spread, an_original_that_was_not_given_is_what_was_written_to) {
    const mail::Mailbox sales{"verk\xC3\xA4ufe", "x.test"};
    const auto spread = aliases::spread({{sales}}, {{kAnn}});
    EXPECT_EQ(spread.recipients[0].original, "utf-8;verk\xC3\xA4ufe@x.test");
}

}  // namespace
}  // namespace signet::aliases
