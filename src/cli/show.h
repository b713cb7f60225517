// What the server answered, for people.  Every argument is an object of JSON.
#pragma once

#include "cli/command.h"
#include "cli/link.h"

#include <string>
#include <string_view>
#include <vector>

namespace signet::cli {

// Lines "name: value".
std::string show_account(std::string_view account);
std::string show_message(std::string_view message);
std::string show_queue_summary(std::string_view summary);  // tables
std::string show_status(std::string_view status);
// What came of a reload.  text: for people, each line with its end.
struct ShownReload {
    bool done = false;
    Exit exit = Exit::failed;  // if it is not done
    std::string text;
};
ShownReload read_reload(std::string_view reload);
// Rows of a table, without the heading.
std::vector<std::string> account_row(std::string_view account);
std::vector<std::string> message_row(std::string_view message);

// A list of ways out, as a table with these columns, each a member of the items.
struct WayList {
    std::string_view method, kind;  // "route.list", "route_list"
    std::vector<std::string> columns;
    std::string next;
};
Exit list_ways(const Invocation& invocation, Console& console, const WayList& wanted);
// "out: paused", for show.
std::string show_way(std::string_view way);

// One request, one object: printed as it is with --json, else by `show`; then what comes next, on
// standard error.
struct Shown {
    std::string (*show)(std::string_view object);
    std::string next;  // without "signet "; empty: nothing
    Reach reach = Reach::server_or_stores;
};
Exit ask_and_show(const Invocation& invocation, Console& console, Secret request,
                  const Shown& shown);

// The member "size" of an object: "12 KiB".
std::string shown_size(std::string_view object);
// "2026-11-24T06:00:00.118204Z" without its fraction.
std::string shown_time(const std::string& time);

// A text member of an object; empty if there is none.
std::string member_of(std::string_view object, std::string_view name);

}  // namespace signet::cli
