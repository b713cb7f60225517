#include "observe/audit_writer.h"

#include "base/entropy.h"
#include "observe/fake_disk.h"
#include "observe/kept_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace signet::observe {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct AuditWriterTest : testing::Test {
    FakeDisk disk;
    ManualClock clock;
    SeededEntropy entropy{1};
    UlidSource ids{clock, entropy};
    KeptLines lines;
    Log log{clock, lines, {.stamped = false}};
    std::unique_ptr<Directory> directory;
    std::unique_ptr<AuditWriter> writer;
    std::uint64_t rotate_octets = 256u << 20;

    Result<void, FileFault> start() {
        writer.reset();
        directory = disk.directory();
        writer = std::make_unique<AuditWriter>(
            *directory, clock, ids, log, AuditWriterOptions{"node", "instance", rotate_octets});
        return writer->open();
    }
    static audit::Event event(const std::string& id) {
        audit::Event made;
        made.id = id;
        made.event = "auth.attempt";
        return made;
    }
    AuditWriter::Appended append(const std::vector<std::string>& names) {
        std::vector<audit::Event> events;
        for (const auto& name : names) events.push_back(event(name));
        return writer->append(events);
    }
    // "seq id", or "seq gap", of every event on the disk.
    std::vector<std::string> written() {
        std::vector<std::string> found;
        const auto reader = disk.directory();
        const auto unreadable_lines = read_audit(*reader, [&](const audit::Recorded& recorded) {
            const bool is_gap = recorded.event.event == "audit.gap";
            found.push_back(std::to_string(recorded.stamp.seq) + " " +
                            (is_gap ? "gap" : recorded.event.id));
            return true;
        });
        unreadable = unreadable_lines.value_or(999);
        return found;
    }
    std::size_t unreadable = 0;
    std::string logged() {
        log.flush();
        std::string all;
        for (const auto& text : lines.lines()) all += text + "\n";
        return all;
    }
};

TEST_F(AuditWriterTest, numbers_events_from_one_over_restarts) {
    ASSERT_TRUE(start());
    EXPECT_EQ(append({"a", "b"}).events, 2u);
    ASSERT_TRUE(start());
    EXPECT_EQ(append({"c"}).events, 1u);
    EXPECT_THAT(written(), ElementsAre("1 a", "2 b", "3 c"));
    EXPECT_THAT(disk.content("audit.ndjson"),
                AllOf(HasSubstr(R"("node":"node","instance":"instance")"), HasSubstr("\"seq\":3")));
}

TEST_F(AuditWriterTest, security_27_what_was_synced_survives_a_loss_of_power) {
    ASSERT_TRUE(start());
    append({"a", "b"});
    EXPECT_TRUE(writer->unsynced());
    ASSERT_TRUE(writer->sync());
    EXPECT_FALSE(writer->unsynced());
    append({"c"});
    disk.lose_power();
    EXPECT_THAT(written(), ElementsAre("1 a", "2 b"));
    ASSERT_TRUE(start());
    EXPECT_TRUE(writer->knows("b"));
    EXPECT_FALSE(writer->knows("c"));
    append({"c"});
    EXPECT_THAT(written(), ElementsAre("1 a", "2 b", "3 c"));
}

TEST_F(AuditWriterTest, syncs_the_name_of_a_new_file_once) {
    ASSERT_TRUE(start());
    for (const auto* name : {"a", "b", "c"}) {
        append({name});
        ASSERT_TRUE(writer->sync());
    }
    EXPECT_EQ(disk.calls(DiskCall::sync_directory), 1);
    EXPECT_EQ(disk.calls(DiskCall::sync), 3);
    ASSERT_TRUE(writer->sync());
    EXPECT_EQ(disk.calls(DiskCall::sync), 3) << "nothing new";
}

TEST_F(AuditWriterTest, does_not_say_synced_before_the_name_is) {
    ASSERT_TRUE(start());
    append({"a"});
    disk.fail(DiskCall::sync_directory, EIO);
    EXPECT_FALSE(writer->sync());
    EXPECT_TRUE(writer->unsynced());
    EXPECT_TRUE(writer->sync());
    disk.lose_power();
    EXPECT_THAT(written(), ElementsAre("1 a"));
}

TEST_F(AuditWriterTest, closes_a_torn_line_and_says_so) {
    ASSERT_TRUE(start());
    append({"a", "b"});
    auto content = disk.content("audit.ndjson");
    disk.put("audit.ndjson", content.substr(0, content.size() - 10));
    ASSERT_TRUE(start());
    append({"c"});
    EXPECT_THAT(written(), ElementsAre("1 a", "2 gap", "3 c"));
    EXPECT_EQ(unreadable, 1u) << "the torn line is a line of its own";
    EXPECT_THAT(logged(), HasSubstr("cut off by a crash"));
}

TEST_F(AuditWriterTest, completes_a_last_line_that_lacks_only_its_end) {
    ASSERT_TRUE(start());
    append({"a", "b"});
    auto content = disk.content("audit.ndjson");
    disk.put("audit.ndjson", content.substr(0, content.size() - 1));
    ASSERT_TRUE(start());
    EXPECT_TRUE(writer->knows("b"));
    append({"c"});
    EXPECT_THAT(written(), ElementsAre("1 a", "2 b", "3 c"));
    EXPECT_EQ(unreadable, 0u);
}

TEST_F(AuditWriterTest, reports_lines_that_are_no_events) {
    disk.put("audit.ndjson", "garbage\n");
    ASSERT_TRUE(start());
    EXPECT_THAT(logged(), AllOf(HasSubstr("no events"), HasSubstr("count=1")));
}

TEST_F(AuditWriterTest, writes_on_after_short_writes) {
    ASSERT_TRUE(start());
    disk.cut_appends(7);
    EXPECT_EQ(append({"a", "b", "c"}).events, 3u);
    EXPECT_THAT(written(), ElementsAre("1 a", "2 b", "3 c"));
}

TEST_F(AuditWriterTest, takes_back_a_line_that_the_disk_cut) {
    ASSERT_TRUE(start());
    append({"a"});
    const auto one = disk.content("audit.ndjson").size();
    disk.set_capacity(2 * one + one / 2);
    const auto appended = append({"b", "c", "d"});
    EXPECT_EQ(appended.events, 1u);
    EXPECT_EQ(appended.fault, FileFault{ENOSPC});
    EXPECT_EQ(disk.content("audit.ndjson").size(), 2 * one);
    disk.set_capacity({});
    EXPECT_EQ(append({"c", "d"}).events, 2u);
    EXPECT_THAT(written(), ElementsAre("1 a", "2 b", "3 c", "4 d"));
    EXPECT_EQ(unreadable, 0u);
}

TEST_F(AuditWriterTest, closes_a_cut_line_that_it_cannot_take_back) {
    ASSERT_TRUE(start());
    append({"a"});
    const auto one = disk.content("audit.ndjson").size();
    disk.set_capacity(one + one / 2);
    disk.fail(DiskCall::truncate, EIO);
    EXPECT_EQ(append({"b"}).events, 0u);
    EXPECT_EQ(append({"b"}).fault, FileFault{ENOSPC}) << "no room for the line end either";
    disk.set_capacity({});
    EXPECT_EQ(append({"b"}).events, 1u);
    EXPECT_THAT(written(), ElementsAre("1 a", "2 b"));
    EXPECT_EQ(unreadable, 1u);
}

TEST_F(AuditWriterTest, security_27_never_syncs_a_file_again_after_a_failed_sync) {
    ASSERT_TRUE(start());
    append({"a"});
    ASSERT_TRUE(writer->sync());
    append({"b", "c"});
    disk.fail(DiskCall::sync, EIO);
    EXPECT_EQ(writer->sync().error(), FileFault{EIO});
    EXPECT_FALSE(writer->knows("b")) << "it may come again";
    EXPECT_TRUE(writer->knows("a"));
    EXPECT_EQ(append({"b", "c"}).events, 2u);
    ASSERT_TRUE(writer->sync());
    EXPECT_THAT(disk.names(), ElementsAre(full_audit_file(3), "audit.ndjson"));
    EXPECT_THAT(logged(), HasSubstr("set aside"));
    EXPECT_THAT(written(), ElementsAre("1 a", "2 b", "3 c", "4 gap", "5 b", "6 c"));
    disk.lose_power();
    EXPECT_THAT(written(), ElementsAre("1 a", "4 gap", "5 b", "6 c"));
    ASSERT_TRUE(start());
    append({"d"});
    EXPECT_EQ(writer->last_seq(), 7u);
}

TEST_F(AuditWriterTest, goes_on_in_the_same_file_if_it_cannot_be_set_aside) {
    ASSERT_TRUE(start());
    append({"a"});
    disk.fail(DiskCall::sync, EIO);
    disk.fail(DiskCall::rename, EIO);
    EXPECT_FALSE(writer->sync());
    append({"a"});
    EXPECT_TRUE(writer->sync());
    EXPECT_THAT(written(), ElementsAre("1 a", "2 gap", "3 a"));
    EXPECT_THAT(logged(), HasSubstr("keeps its name"));
}

TEST_F(AuditWriterTest, gives_a_full_file_its_full_name) {
    rotate_octets = 1;
    ASSERT_TRUE(start());
    for (const auto* name : {"a", "b", "c"}) append({name});
    EXPECT_THAT(disk.names(), ElementsAre(full_audit_file(1), full_audit_file(2), "audit.ndjson"));
    EXPECT_THAT(written(), ElementsAre("1 a", "2 b", "3 c"));
    ASSERT_TRUE(writer->sync());
    disk.lose_power();
    EXPECT_THAT(written(), ElementsAre("1 a", "2 b", "3 c"));
    ASSERT_TRUE(start());
    append({"d"});
    EXPECT_THAT(written(), ElementsAre("1 a", "2 b", "3 c", "4 d"));
}

TEST_F(AuditWriterTest, loses_nothing_synced_when_power_fails_in_a_rotation) {
    rotate_octets = 1;
    ASSERT_TRUE(start());
    append({"a"});
    ASSERT_TRUE(writer->sync());
    append({"b"});  // in the new file, whose name is not synced
    disk.lose_power();
    ASSERT_TRUE(start());
    append({"c"});
    EXPECT_THAT(written(), ElementsAre("1 a", "2 c"));
}

TEST_F(AuditWriterTest, prefers_a_long_file_to_none) {
    rotate_octets = 1;
    ASSERT_TRUE(start());
    append({"a"});
    disk.fail(DiskCall::rename, EIO);
    EXPECT_EQ(append({"b"}).events, 1u);
    EXPECT_THAT(disk.names(), ElementsAre("audit.ndjson"));
    EXPECT_THAT(logged(), HasSubstr("could not be rotated"));
}

TEST_F(AuditWriterTest, opens_the_next_file_later_if_it_cannot_now) {
    rotate_octets = 1;
    ASSERT_TRUE(start());
    append({"a"});
    disk.fail(DiskCall::open, EMFILE);
    const auto appended = append({"b"});
    EXPECT_EQ(appended.events, 0u);
    EXPECT_EQ(appended.fault, FileFault{EMFILE});
    EXPECT_EQ(append({"b"}).events, 1u);
    EXPECT_THAT(written(), ElementsAre("1 a", "2 b"));
}

TEST_F(AuditWriterTest, does_not_start_on_a_disk_that_fails) {
    for (const auto call : {DiskCall::lock, DiskCall::list, DiskCall::open, DiskCall::size}) {
        disk.fail(call, EIO);
        EXPECT_EQ(start().error(), FileFault{EIO});
    }
}

TEST_F(AuditWriterTest, remembers_the_last_ids_only) {
    ASSERT_TRUE(start());
    std::vector<audit::Event> events;
    for (std::size_t i = 0; i <= kTailEvents; ++i) events.push_back(event(std::to_string(i)));
    EXPECT_EQ(writer->append(events).events, events.size());
    EXPECT_FALSE(writer->knows("0"));
    EXPECT_TRUE(writer->knows("1"));
    EXPECT_TRUE(writer->knows(std::to_string(kTailEvents)));
}

// Every place where the disk may fail, one after the other: seq has no gap, no line is merged.
TEST_F(AuditWriterTest, security_27_keeps_its_laws_wherever_the_disk_fails) {
    rotate_octets = 600;
    for (const auto call : {DiskCall::open, DiskCall::append, DiskCall::truncate, DiskCall::sync,
                            DiskCall::rename, DiskCall::sync_directory}) {
        for (int at = 0; at < 12; ++at) {
            for (const auto& name : disk.names()) disk.put(name, "");
            disk.lose_power();
            ASSERT_TRUE(start());
            const auto first = writer->last_seq();
            std::vector<std::string> waiting;
            for (int round = 0; round < 12; ++round) {
                waiting.push_back(std::to_string(round));
                if (round == at) disk.fail(call, EIO), disk.cut_appends(100);
                const auto appended = append(waiting);
                waiting.erase(waiting.begin(),
                              waiting.begin() + static_cast<long>(appended.events));
                if (!writer->sync()) writer->append({});
            }
            disk.cut_appends(SIZE_MAX);
            disk.fail(call, 0, 0);
            append(waiting);
            std::uint64_t expected = first;
            for (const auto& text : written()) {
                const auto seq = parse_unsigned(text.substr(0, text.find(' ')));
                if (*seq > first) EXPECT_EQ(*seq, ++expected) << text;
            }
            EXPECT_EQ(expected, writer->last_seq());
            EXPECT_EQ(unreadable, 0u);
        }
    }
}

}  // namespace
}  // namespace signet::observe
