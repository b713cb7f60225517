#include "observe/log.h"

#include "base/text.h"
#include "observe/kept_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <future>

namespace signet::observe {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct LogTest : testing::Test {
    ManualClock clock;  // 2026-11-24T06:00:00Z
    KeptLines sink;

    std::vector<std::string> written(LogOptions options, const std::function<void(Log&)>& write) {
        Log log{clock, sink, options};
        write(log);
        log.flush();
        return sink.lines();
    }
};

TEST_F(LogTest, writes_logfmt_that_quotes_only_what_needs_it) {
    EXPECT_THAT(written({},
                        [](Log& log) {
                            log.write(Level::info, "listening", {{"address", "127.0.0.1:587"}});
                            log.write(
                                Level::error, "cannot \"open\"",
                                {{"path", "/a b"}, {"empty", ""}, {"eq", "a=b"}, {"b", "\\"}});
                        }),
                ElementsAre("2026-11-24T06:00:00.000000Z level=info msg=listening "
                            "address=127.0.0.1:587",
                            R"(2026-11-24T06:00:00.000000Z level=error msg="cannot \"open\"" )"
                            R"(path="/a b" empty="" eq="a=b" b="\\")"));
}

TEST_F(LogTest, leaves_the_time_to_journald) {
    EXPECT_THAT(written({.stamped = false},
                        [](Log& log) {
                            log.write(Level::info, "ready");
                            log.write_line(Level::notice, "auth outcome=failure reason=x");
                        }),
                ElementsAre("level=info msg=ready", "auth outcome=failure reason=x"));
}

TEST_F(LogTest, puts_only_the_time_before_a_line_of_a_contract) {
    EXPECT_THAT(written({}, [](Log& log) { log.write_line(Level::info, "auth outcome=success"); }),
                ElementsAre("2026-11-24T06:00:00.000000Z auth outcome=success"));
}

TEST_F(LogTest, writes_json) {
    EXPECT_THAT(
        written({.format = Format::json},
                [](Log& log) {
                    log.write(Level::warning, "a \"b\"", {{"path", "/x"}});
                    log.write_line(Level::info, "auth outcome=success");
                }),
        ElementsAre(
            R"({"time":"2026-11-24T06:00:00.000000Z","level":"warning","msg":"a \"b\"","path":"/x"})",
            R"({"time":"2026-11-24T06:00:00.000000Z","level":"info","msg":"auth outcome=success"})"));
}

TEST_F(LogTest, writes_what_its_level_wants) {
    EXPECT_THAT(written({.level = Level::warning, .stamped = false},
                        [](Log& log) {
                            log.write(Level::notice, "no");
                            log.write_line(Level::info, "no");
                            log.write(Level::warning, "yes");
                            log.set_level(Level::debug);
                            log.write(Level::debug, "now");
                        }),
                ElementsAre("level=warning msg=yes", "level=debug msg=now"));
}

TEST_F(LogTest, writes_what_is_queued_before_it_ends) {
    {
        Log log{clock, sink, {.stamped = false}};
        for (int i = 0; i < 100; ++i) log.write(Level::info, std::to_string(i));
    }
    EXPECT_EQ(sink.lines().size(), 100u);
}

TEST_F(LogTest, never_waits_for_a_sink_and_tells_what_it_dropped) {
    const std::string tens(94, 'x');
    Log log{clock, sink, {.stamped = false, .queue_octets = 1'000}};
    sink.hold(true);
    log.write(Level::info, "first");
    sink.wait_until_writing();
    for (int i = 0; i < 50; ++i) log.write(Level::info, tens);
    sink.hold(false);
    log.flush();
    log.write(Level::info, "after");
    log.flush();
    const auto lines = sink.lines();
    const auto told = std::ranges::find_if(
        lines, [](const auto& line) { return line.contains("lines were dropped"); });
    ASSERT_NE(told, lines.end());
    const auto kept = lines.size() - 3;  // first, after and the count itself
    EXPECT_GT(kept, 0u);
    EXPECT_THAT(*told, HasSubstr(" count=" + std::to_string(50 - kept)));
}

TEST_F(LogTest, tells_what_a_sink_refused_once_it_takes_lines_again) {
    Log log{clock, sink, {.stamped = false}};
    sink.refuse(true);
    log.write(Level::info, "lost");
    log.flush();
    sink.refuse(false);
    log.write(Level::info, "kept");
    log.flush();
    EXPECT_THAT(sink.lines(),
                ElementsAre("level=info msg=kept",
                            "level=warning msg=\"lines were dropped: the log could not keep up\" "
                            "count=1"));
}

TEST_F(LogTest, security_23_a_value_cannot_end_its_line_or_its_field) {
    for (const std::string& hostile :
         {std::string{"m\r\n235 ok\x1B[2J<script>"}, std::string{"a b=\"c"}, std::string{"a\0b", 3},
          std::string{"\xC2\x85"}, std::string(1u << 20, 'x')}) {
        for (const auto format : {Format::text, Format::json}) {
            KeptLines own;
            Log log{clock, own, {.format = format}};
            log.write(Level::info, hostile, {{"value", hostile}});
            log.write_line(Level::info, hostile);
            log.flush();
            ASSERT_EQ(own.lines().size(), 2u) << hostile;
            for (const auto& line : own.lines()) {
                EXPECT_LT(line.size(), 20u << 10);
                for (const char c : line)
                    EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20) << line;
            }
        }
    }
}

TEST_F(LogTest, is_written_by_many_threads_in_whole_lines) {
    {
        Log log{clock, sink, {.stamped = false}};
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&log] {
                for (int i = 0; i < 500; ++i) log.write(Level::info, "line", {{"x", "y"}});
            });
        }
        for (auto& thread : threads) thread.join();
    }
    const auto lines = sink.lines();
    EXPECT_EQ(lines.size(), 2'000u);
    for (const auto& line : lines) EXPECT_EQ(line, "level=info msg=line x=y");
}

TEST(Level, is_read_by_its_name) {
    for (const auto level :
         {Level::debug, Level::info, Level::notice, Level::warning, Level::error}) {
        EXPECT_EQ(parse_level(name(level)), level);
    }
    EXPECT_FALSE(parse_level("loud"));
    EXPECT_EQ(parse_format("json"), Format::json);
    EXPECT_FALSE(parse_format("xml"));
}

class Pipe {
public:
    Pipe() { EXPECT_EQ(::pipe(ends_.data()), 0); }
    ~Pipe() {
        for (const int end : ends_) {
            if (end >= 0) ::close(end);
        }
    }
    int write_end() const { return ends_[1]; }
    void close_reader() { ::close(std::exchange(ends_[0], -1)); }
    void close_writer() { ::close(std::exchange(ends_[1], -1)); }
    std::string read_some(std::size_t octets) {
        std::string text(octets, '\0');
        const auto got = ::read(ends_[0], text.data(), octets);
        text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return text;
    }
    std::string read_all() {
        std::string all;
        for (auto text = read_some(65'536); !text.empty(); text = read_some(65'536)) all += text;
        return all;
    }

private:
    std::array<int, 2> ends_{-1, -1};
};

TEST(DescriptorSink, writes_more_than_a_pipe_holds) {
    Pipe pipe;
    std::string lines;
    for (int i = 0; i < 20'000; ++i) lines += "line " + std::to_string(i) + "\n";
    auto reader = std::async(std::launch::async, [&] { return pipe.read_all(); });
    DescriptorSink sink{pipe.write_end()};
    EXPECT_TRUE(sink.write(lines));
    pipe.close_writer();
    EXPECT_EQ(reader.get(), lines);
}

TEST(DescriptorSink, gives_up_on_a_reader_that_does_not_read) {
    Pipe pipe;
    DescriptorSink sink{pipe.write_end(), std::chrono::milliseconds{1}};
    EXPECT_FALSE(sink.write(std::string(1u << 20, 'x') + "\n"));
    auto reader = std::async(std::launch::async, [&] { return pipe.read_all(); });
    while (!sink.write("next\n")) {
    }
    pipe.close_writer();
    EXPECT_TRUE(reader.get().ends_with("next\n"));
}

TEST(DescriptorSink, says_so_when_the_reader_is_gone) {
    std::signal(SIGPIPE, SIG_IGN);
    Pipe pipe;
    pipe.close_reader();
    DescriptorSink sink{pipe.write_end(), std::chrono::milliseconds{1}};
    EXPECT_FALSE(sink.write("line\n"));
    EXPECT_FALSE((DescriptorSink{-1, std::chrono::milliseconds{1}}.write("line\n")));
}

}  // namespace
}  // namespace signet::observe
