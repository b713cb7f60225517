#include "cli/show.h"

#include <gtest/gtest.h>

namespace signet::cli {
namespace {

TEST(ReadReload, says_what_changed_and_what_waits_for_a_restart) {
    const auto shown = read_reload(
        R"({"done":true,"text":"","exit":0,"changes":[)"
        R"({"key":"limits.idle","old":"\"5m\"","new":"\"1m\"","after_restart":false},)"
        R"({"key":"storage.path","old":"\"/a\"","new":"\"/b\"","after_restart":true}]})");
    EXPECT_TRUE(shown.done);
    EXPECT_EQ(shown.text,
              "limits.idle: \"5m\" -> \"1m\"\n"
              "storage.path: \"/a\" -> \"/b\"  (takes effect after a restart)\n");
}

TEST(ReadReload, a_refusal_keeps_its_lines_and_its_exit_code) {
    const auto shown = read_reload(
        R"({"done":false,"text":"error[E0102]: x\n  --> a:1:1","exit":78,"changes":[]})");
    EXPECT_FALSE(shown.done);
    EXPECT_EQ(shown.exit, Exit::settings);
    EXPECT_EQ(shown.text, "error[E0102]: x\n  --> a:1:1\nThe old settings stay in force.\n");
    EXPECT_EQ(read_reload(R"({"done":false,"exit":75})").exit, Exit::try_later);
    EXPECT_EQ(read_reload(R"({"done":false,"exit":1})").exit, Exit::failed);
}

TEST(ShowMessage, says_whether_the_sender_was_told_of_the_delay) {
    const auto text = show_message(
        R"({"recipients":[)"
        R"({"address":"bob@a.example","state":"pending","last_reply":"451","delay_notified":true},)"
        R"({"address":"cleo@a.example","state":"pending","delay_notified":false}]})");
    EXPECT_TRUE(
        text.ends_with("\nrecipient:  <bob@a.example> pending, sender told of the delay: 451"
                       "\nrecipient:  <cleo@a.example> pending\n"))
        << text;
}

TEST(ShowStatus, names_the_last_reload_if_there_was_one) {
    EXPECT_EQ(show_status(R"({"last_reload":null})").find("last reload"), std::string::npos);
    EXPECT_NE(show_status(R"({"last_reload":{"time":"2026-11-24T06:00:00.1Z","done":false,)"
                          R"("why":"no such file"}})")
                  .find("last reload: 2026-11-24T06:00:00Z, REFUSED: no such file\n"),
              std::string::npos);
}

}  // namespace
}  // namespace signet::cli
