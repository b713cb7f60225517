#include "audit/query.h"

#include <gtest/gtest.h>

namespace signet::audit {
namespace {

WallTime at(int second) { return WallTime{std::chrono::seconds{second}}; }

Event event() {
    Event event;
    event.time = at(100);
    event.event = "message.accepted";
    event.user_name = "Ann@Example.com";
    event.account_name = "ann";
    event.client.ip = "198.51.100.9";
    event.session_id = "01S";
    event.message = Message{"01Q", "", "", {}, 0};
    return event;
}

TEST(Query, that_asks_for_nothing_takes_every_event) {
    EXPECT_TRUE(matches({}, event()));
    EXPECT_TRUE(matches({}, {}));
}

TEST(Query, takes_what_fits_each_of_its_questions) {
    struct Case {
        Query query;
        bool wanted;
    };
    const Case cases[] = {
        {{.since = at(100)}, true},
        {{.since = at(101)}, false},
        {{.until = at(101)}, true},
        {{.until = at(100)}, false},
        {{.user = "ANN"}, true},
        {{.user = "ann@example.com"}, true},
        {{.user = "an"}, false},
        {{.ip = "198.51.100.9"}, true},
        {{.ip = "198.51.100"}, false},
        {{.event = "message.accepted"}, true},
        {{.event = "message.*"}, true},
        {{.event = "message"}, false},
        {{.event = "auth.*"}, false},
        {{.event = ".*"}, false},
        {{.outcome = "success"}, true},
        {{.outcome = "failure"}, false},
        {{.reason = "ok"}, true},
        {{.reason = "bad_password"}, false},
        {{.session_id = "01S"}, true},
        {{.session_id = "01T"}, false},
        {{.queue_id = "01Q"}, true},
        {{.queue_id = "01R"}, false},
        {{.user = "ann", .reason = "bad_password"}, false},
    };
    for (std::size_t i = 0; i < std::size(cases); ++i) {
        EXPECT_EQ(matches(cases[i].query, event()), cases[i].wanted) << i;
    }
}

TEST(Query, for_a_queue_id_passes_over_events_without_message) {
    auto without = event();
    without.message.reset();
    EXPECT_FALSE(matches({.queue_id = "01Q"}, without));
}

}  // namespace
}  // namespace signet::audit
