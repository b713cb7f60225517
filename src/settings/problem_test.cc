#include "settings/problem.h"

#include "settings/parse.h"

#include <gtest/gtest.h>

namespace signet::settings {
namespace {

std::vector<Problem> problems_of(std::string text, std::string path = "/etc/signet/signet.toml") {
    const SourceText file{std::move(path), std::move(text)};
    auto result = parse({&file, 1});
    return result ? std::move(result->warnings) : std::move(result.error());
}

const std::string kRest =
    "[tls]\ncertificate = \"/c\"\nkey = \"/k\"\n"
    "[[listener]]\nname = \"s\"\nrole = \"submissions\"\nbind = \"127.0.0.1:465\"\n"
    "[[route]]\nname = \"r\"\nmatch = \"*\"\nmaildir = \"/m\"\n";

TEST(Render, shows_the_place_the_fault_and_the_way_out) {
    const auto text = "version = 1\nhostname = \"mail.example.com\"\n" + kRest +
                      "[storage]\npath = \"/s\"\n[log]\nlevel = \"info\"\n"
                      "[auth]\nmechansims = [\"PLAIN\"]\n";
    EXPECT_EQ(render(problems_of(text)),
              R"(error[E0102]: unknown key `mechansims` in [auth]
  --> /etc/signet/signet.toml:19:1
   |
19 | mechansims = ["PLAIN"]
   | ^^^^^^^^^^ did you mean `mechanisms`?
   = note: keys allowed in [auth]: mechanisms, failure_floor, failure_step, failures, cache_life, hash_threads, hash_wait, argon2_memory, argon2_passes, scram, scram_iterations, default_domain
   = more: signet explain E0102
)");
}

TEST(Render, a_warning_in_a_short_file_keeps_its_margin) {
    auto text = "version = 1\nhostname = \"ä.example\"\n" + kRest;
    text.replace(text.find("maildir = \"/m\""), 14,
                 "host = \"h\"\nauth = { user = \"ü\", password = \"hunter2\" }");
    text.replace(text.find("ä"), 2, "a");
    EXPECT_EQ(render(problems_of(text, "/etc/signet/conf.d/relay.toml")),
              R"(warning[W0312]: secret written in the file
  --> /etc/signet/conf.d/relay.toml:14:33
   |
14 | auth = { user = "ü", password = "***" }
   |                                 ^^^^^ move it: { file = "/etc/signet/secrets/…" }
)");
}

TEST(Render, a_missing_unit_comes_with_a_suggestion) {
    const auto problems =
        problems_of("version = 1\nhostname = \"a.example\"\nlimits.idle = 300\n" + kRest);
    EXPECT_EQ(render(problems), R"(error[E0203]: `idle` needs a unit
  --> /etc/signet/signet.toml:3:15
   |
 3 | limits.idle = 300
   |               ^^^ write "300s"
   = more: signet explain E0203
)");
    EXPECT_EQ(problems_json(problems),
              R"([{"code":"E0203","severity":"error","message":"`idle` needs a unit",)"
              R"("file":"/etc/signet/signet.toml","line":3,"column":15,"end_line":3,)"
              R"("end_column":18,"suggestion":{"replace":"300","with":"\"300s\""},)"
              R"("help":"write \"300s\"","doc":"signet explain E0203"}])");
}

TEST(Render, what_is_missing_from_the_file_has_no_line) {
    const auto problems = problems_of("version = 1\n" + kRest);
    EXPECT_EQ(render(problems), R"(error[E0105]: missing key `hostname` at the top of the file
  --> /etc/signet/signet.toml
   = note: hostname: a host name
   = more: signet explain E0105
)");
    EXPECT_EQ(problems_json(problems),
              R"([{"code":"E0105","severity":"error",)"
              R"("message":"missing key `hostname` at the top of the file",)"
              R"("file":"/etc/signet/signet.toml","notes":["hostname: a host name"],)"
              R"("doc":"signet explain E0105"}])");
}

TEST(Render, a_value_over_several_lines_is_marked_to_the_end_of_its_first) {
    const auto problems = problems_of(
        "version = 1\nhostname = \"a.example\"\n"
        "[auth]\nfailures = [\n1,\n2]\n" +
        kRest);
    EXPECT_EQ(render(problems), R"(error[E0104]: `failures` cannot be a list
  --> /etc/signet/signet.toml:4:12
   |
 4 | failures = [
   |            ^ expected a number, 1 … 1000
   = more: signet explain E0104
)");
}

TEST(Render, the_summary_counts) {
    EXPECT_EQ(summary({}), "no problems");
    Problem error, warning;
    warning.severity = Severity::warning;
    const std::vector<Problem> one{error, warning}, two{error, error}, three{warning, warning};
    EXPECT_EQ(summary(one), "1 error, 1 warning");
    EXPECT_EQ(summary(two), "2 errors");
    EXPECT_EQ(summary(three), "2 warnings");
    EXPECT_TRUE(has_error(one));
    EXPECT_FALSE(has_error(three));
}

}  // namespace
}  // namespace signet::settings
