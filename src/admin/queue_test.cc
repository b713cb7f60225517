// The endpoints that mean several messages of the queue.
#include "admin/admin_world.h"

#include <boost/json.hpp>

namespace signet::admin {
namespace {

class QueueEndpoints : public Admin {
protected:
    boost::json::object done(std::string_view method, std::string_view parameters = "{}") {
        const auto outcome = ask(method, parameters);
        EXPECT_TRUE(outcome) << said(outcome);
        if (!outcome) return {};
        items_ = outcome->items;
        return boost::json::parse(outcome->done).as_object();
    }
    static std::string by_id(const queue::QueueId& id) { return R"({"id":")" + id + R"("})"; }
    std::string state(const queue::QueueId& id) {
        return std::string{done("queue.show", by_id(id)).at("state").as_string()};
    }
    std::string event() { return last_event().event + " by " + last_event().actor->name; }

    std::vector<std::string> items_;
};

TEST_F(QueueEndpoints, lists_what_fits_and_goes_on_behind_what_was_looked_at) {
    const auto one = put_message(), two = put_message();
    ask("queue.hold", by_id(one));
    auto page = done("queue.list", R"({"state":"hold","count":1})");
    EXPECT_EQ(page.at("count"), 1);
    EXPECT_EQ(page.at("after").as_string(), one);
    EXPECT_EQ(page.at("more"), true);
    page = done("queue.list", R"({"state":"hold","count":1,"after":")" + one + R"("})");
    EXPECT_EQ(page.at("count"), 0);
    EXPECT_EQ(page.at("after").as_string(), two);
    EXPECT_EQ(done("queue.list", R"({"ids":[")" + two + R"("]})").at("count"), 1);
    EXPECT_EQ(said(ask("queue.list", R"({"state":"held"})")),
              "usage: `held` is no state; there are incoming, active, deferred, hold");
    EXPECT_EQ(said(ask("queue.summary", R"({"ids":["x"]})")), "usage: `x` is no queue id");
}

TEST_F(QueueEndpoints, a_message_is_held_released_and_given_up) {
    const auto id = put_message();
    done("queue.hold", by_id(id));
    EXPECT_EQ(event(), "queue.held by ann");
    EXPECT_EQ(last_event().target->id, id);
    EXPECT_EQ(state(id), "hold");
    EXPECT_EQ(said(ask("queue.hold", by_id(id))), "conflict: message " + id + " is held already");
    EXPECT_EQ(said(ask("queue.retry", by_id(id))),
              "conflict: message " + id + " is held; release it");
    done("queue.release", by_id(id));
    EXPECT_EQ(event(), "queue.released by ann");
    EXPECT_EQ(said(ask("queue.release", by_id(id))), "conflict: message " + id + " is not held");

    EXPECT_EQ(ask("queue.bounce", by_id(id)).error().kind, Fault::Kind::try_later);  // nobody can
    std::vector<std::string> given_up;
    services_.outbound.give_up = [&](queue::QueueId which,
                                     audit::Event by) -> Task<Result<bool, StoreFault>> {
        given_up.push_back(by.event + " " + which);
        co_return given_up.size() == 1;
    };
    done("queue.bounce", by_id(id));
    EXPECT_EQ(given_up, std::vector{"queue.bounced " + id});
    EXPECT_EQ(ask("queue.bounce", by_id(id)).error().kind, Fault::Kind::conflict);
}

TEST_F(QueueEndpoints, by_a_filter_each_message_is_done_skipped_or_has_failed) {
    const auto active = put_message();
    ASSERT_EQ(run_task(queue_.claim({.now = clock_.wall(), .count = 1}))->size(), 1u);
    const auto held = put_message(), last = put_message(), later = put_message();
    done("queue.hold", by_id(held));
    const auto came = done("queue.hold", R"({"domain":"b.example","through":")" + last + R"("})");
    EXPECT_EQ(came.at("done"), 1);
    EXPECT_EQ(came.at("skipped"), 2);
    EXPECT_EQ(came.at("failed"), 0);
    EXPECT_EQ(came.at("more"), false);
    ASSERT_EQ(items_.size(), 3u);
    EXPECT_EQ(items_[0], R"({"kind":"queue_edit","queue_id":")" + active +
                             R"(","result":"skipped","why":"is being delivered now"})");
    EXPECT_EQ(items_[2], R"({"kind":"queue_edit","queue_id":")" + last + R"(","result":"done"})");
    EXPECT_EQ(state(later), "incoming");

    services_.outbound.give_up = [](queue::QueueId,
                                    audit::Event) -> Task<Result<bool, StoreFault>> {
        co_return fail(StoreFault::unavailable);
    };
    EXPECT_EQ(done("queue.bounce", R"({"state":"hold"})").at("failed"), 2);
    EXPECT_EQ(done("queue.delete", R"({"domain":"c.example"})").at("done"), 0);
    EXPECT_EQ(done("queue.delete", R"({"state":"hold"})").at("done"), 2);
    EXPECT_EQ(done("queue.summary").at("messages"), 2);
}

TEST_F(QueueEndpoints, many_messages_take_several_pages) {
    for (int i = 0; i < 150; ++i) put_message();
    const auto first = done("queue.hold", R"({"sender":"*@a.example"})");
    EXPECT_EQ(first.at("done"), 100);
    EXPECT_EQ(first.at("more"), true);
    const auto after = std::string{first.at("after").as_string()};
    const auto second =
        done("queue.hold", R"({"sender":"*@a.example","after":")" + after + R"("})");
    EXPECT_EQ(second.at("done"), 50);
    EXPECT_EQ(second.at("more"), false);
}

TEST_F(QueueEndpoints, the_summary_counts_the_whole_queue) {
    EXPECT_EQ(done("queue.summary").at("messages"), 0);
    put_message();
    const auto last = put_message();
    done("queue.hold", by_id(last));
    const auto summary = done("queue.summary");
    EXPECT_EQ(summary.at("messages"), 2);
    EXPECT_EQ(summary.at("last").as_string(), last);
    EXPECT_EQ(summary.at("by_domain").at(0).at("name"), "b.example");
    EXPECT_EQ(summary.at("by_domain").at(0).at("messages"), 2);
    EXPECT_EQ(summary.at("by_domain").at(0).at("next_try"), "1970-01-01T00:00:00.000000Z");
    EXPECT_FALSE(done("queue.summary", R"({"state":"hold"})")
                     .at("by_domain")
                     .at(0)
                     .as_object()
                     .contains("next_try"));
    EXPECT_EQ(summary.at("by_state").as_array().size(), 2u);
    EXPECT_EQ(done("queue.summary", R"({"top":1})").at("by_state").as_array().size(), 1u);
    EXPECT_EQ(done("queue.summary", R"({"state":"hold"})").at("messages"), 1);
    EXPECT_EQ(done("queue.summary").at("by_age").at(3).at("messages"), 2);  // accepted in 1970
}

}  // namespace
}  // namespace signet::admin
