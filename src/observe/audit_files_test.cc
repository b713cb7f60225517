#include "observe/audit_files.h"

#include "observe/fake_disk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace signet::observe {
namespace {

using testing::ElementsAre;

std::string line(std::uint64_t seq, const std::string& id = "") {
    audit::Event event;
    event.id = id.empty() ? "id" + std::to_string(seq) : id;
    event.event = "auth.attempt";
    return audit::to_json(event, {seq, "node", "instance"}) + "\n";
}

struct AuditFiles : testing::Test {
    FakeDisk disk;
    std::unique_ptr<Directory> directory = disk.directory();

    std::vector<std::uint64_t> read(std::size_t limit = SIZE_MAX) {
        std::vector<std::uint64_t> found;
        const auto unreadable_lines = read_audit(*directory, [&](const audit::Recorded& recorded) {
            found.push_back(recorded.stamp.seq);
            return found.size() < limit;
        });
        EXPECT_TRUE(unreadable_lines);
        unreadable = unreadable_lines.value_or(0);
        return found;
    }
    std::size_t unreadable = 0;
};

TEST_F(AuditFiles, have_names_that_sort_as_their_events_do) {
    EXPECT_EQ(full_audit_file(1'234), "audit-00000000000000001234.ndjson");
    EXPECT_LT(full_audit_file(9), full_audit_file(10));
    for (const std::uint64_t seq : {std::uint64_t{0}, std::uint64_t{1}, UINT64_MAX}) {
        EXPECT_EQ(last_seq_of(full_audit_file(seq)), seq);
    }
    for (const auto name :
         {"", "audit.ndjson", "audit-1.ndjson", "audit-0000000000000000123x.ndjson",
          "audit-00000000000000001234.ndjso_", "x", "..", "audit-99999999999999999999.ndjson"}) {
        EXPECT_FALSE(last_seq_of(name)) << name;
    }
}

TEST_F(AuditFiles, are_listed_oldest_first_and_without_strangers) {
    for (const auto& name : {std::string{"audit.ndjson"}, full_audit_file(20), full_audit_file(3),
                             std::string{"notes.txt"}, std::string{"audit.ndjson.gz"}}) {
        disk.put(name, "");
    }
    EXPECT_THAT(*audit_files(*directory),
                ElementsAre(full_audit_file(3), full_audit_file(20), "audit.ndjson"));
}

TEST_F(AuditFiles, of_a_first_start_have_no_tail) {
    const auto tail = read_tail(*directory);
    ASSERT_TRUE(tail);
    EXPECT_EQ(tail->last_seq, 0u);
    EXPECT_FALSE(tail->torn);
}

TEST_F(AuditFiles, have_a_tail_that_tells_how_the_last_line_ends) {
    struct Case {
        std::string content;
        std::uint64_t last_seq;
        bool torn, torn_is_event;
        std::size_t unreadable;
    };
    const auto third = line(3);
    const Case cases[] = {
        {line(1) + line(2), 2, false, false, 0},
        {line(1) + line(2) + third.substr(0, 20), 2, true, false, 0},
        {line(1) + line(2) + third.substr(0, third.size() - 1), 3, true, true, 0},
        {line(1) + "garbage\n" + line(2), 2, false, false, 1},
        {line(1) + "garbage\n", 1, false, false, 1},
        {line(1) + "\n\n" + line(2), 2, false, false, 0},
        {"garbage", 0, true, false, 0},
        {"\n", 0, false, false, 0},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.content);
        disk.put("audit.ndjson", c.content);
        const auto tail = read_tail(*directory);
        ASSERT_TRUE(tail);
        EXPECT_EQ(tail->last_seq, c.last_seq);
        EXPECT_EQ(tail->torn, c.torn);
        EXPECT_EQ(tail->torn_is_event, c.torn_is_event);
        EXPECT_EQ(tail->unreadable, c.unreadable);
        EXPECT_EQ(tail->current_size, c.content.size());
    }
}

TEST_F(AuditFiles, have_a_tail_that_reaches_into_full_ones) {
    disk.put(full_audit_file(2), line(1) + line(2));
    disk.put(full_audit_file(4), line(3) + line(4));
    disk.put("audit.ndjson", line(5));
    EXPECT_THAT(read_tail(*directory)->ids, ElementsAre("id1", "id2", "id3", "id4", "id5"));
    disk.put("audit.ndjson", "");
    EXPECT_EQ(read_tail(*directory)->last_seq, 4u);
    disk.put(full_audit_file(9), "");  // its events are gone, its name tells
    EXPECT_EQ(read_tail(*directory)->last_seq, 9u);
}

TEST_F(AuditFiles, have_a_tail_of_bounded_size) {
    std::string many;
    for (std::uint64_t seq = 1; many.size() < (9u << 20); ++seq) {
        many += line(seq, std::string(20, 'x') + std::to_string(seq));
    }
    disk.put("audit.ndjson", many);
    const auto tail = read_tail(*directory);
    ASSERT_TRUE(tail);
    EXPECT_EQ(tail->ids.size(), kTailEvents);
    EXPECT_EQ(tail->unreadable, 0u) << "a line cut by the bound is not looked at";
    EXPECT_EQ(tail->ids.back(), std::string(20, 'x') + std::to_string(tail->last_seq));
}

TEST_F(AuditFiles, are_read_in_order_past_lines_that_are_no_events) {
    disk.put(full_audit_file(2), line(1) + "garbage\n" + line(2));
    disk.put("audit.ndjson",
             line(3) + "\n" + line(4).substr(0, 30) + "\n" + line(4) + line(5).substr(0, 9));
    EXPECT_THAT(read(), ElementsAre(1, 2, 3, 4));
    EXPECT_EQ(unreadable, 3u);
    EXPECT_THAT(read(2), ElementsAre(1, 2));
    EXPECT_THAT(read(3), ElementsAre(1, 2, 3));
}

TEST_F(AuditFiles, are_read_across_the_parts_they_come_in) {
    std::string many;
    for (std::uint64_t seq = 1; seq <= 2'000; ++seq) many += line(seq);
    disk.put("audit.ndjson", many);
    EXPECT_EQ(read().size(), 2'000u);
    EXPECT_EQ(unreadable, 0u);
}

TEST_F(AuditFiles, are_not_read_twice_when_the_last_one_becomes_full_meanwhile) {
    disk.put(full_audit_file(2), line(1) + line(2));
    disk.put("audit.ndjson", line(1) + line(2));
    EXPECT_THAT(read(), ElementsAre(1, 2));
}

TEST_F(AuditFiles, with_a_line_of_many_megabytes_cost_no_memory) {
    disk.put("audit.ndjson", line(1) + std::string(10u << 20, 'x') + "\n" + line(2));
    EXPECT_THAT(read(), ElementsAre(1, 2));
    EXPECT_EQ(unreadable, 1u);
}

TEST_F(AuditFiles, tell_every_fault_of_the_disk) {
    disk.put(full_audit_file(1), line(1));
    disk.put("audit.ndjson", line(2));
    const auto take = [](const audit::Recorded&) { return true; };
    for (const auto call : {DiskCall::list, DiskCall::open, DiskCall::read}) {
        disk.fail(call, EIO);
        EXPECT_EQ(read_audit(*directory, take).error(), FileFault{EIO});
    }
    for (const auto call : {DiskCall::list, DiskCall::open, DiskCall::size, DiskCall::read}) {
        disk.fail(call, EIO);
        EXPECT_EQ(read_tail(*directory).error(), FileFault{EIO});
    }
}

}  // namespace
}  // namespace signet::observe
