#include "base/text.h"
#include "cli/show.h"
#include "cli/table.h"

#include <ostream>

namespace signet::cli {
namespace {

std::vector<std::string> row_of(std::string_view item, const std::vector<std::string>& columns) {
    std::vector<std::string> row;
    for (const auto& column : columns) {
        const auto text = member_of(item, column);
        row.push_back(column == "since" && !text.empty() ? shown_time(text) : text);
    }
    return row;
}

}  // namespace

std::string show_way(std::string_view way) {
    return member_of(way, "name") + ": " + member_of(way, "state") + "\n";
}

Exit list_ways(const Invocation& invocation, Console& console, const WayList& wanted) {
    const auto link = open_link(invocation, console, Reach::server);
    if (!link) return complain(link.error(), console);
    std::vector<std::vector<std::string>> rows{{}};
    for (const auto& column : wanted.columns) rows[0].push_back(upper(column));
    std::string items;
    const auto done = (*link)->ask(RequestLine{wanted.method}.finish(), [&](std::string_view item) {
        items += (items.empty() ? "" : ",") + std::string{item};
        rows.push_back(row_of(item, wanted.columns));
    });
    if (!done) return complain(done.error(), console);
    if (invocation.json()) {
        console.out << R"({"kind":")" << wanted.kind << R"(","api_version":1,"items":[)" << items
                    << "]}\n";
        return Exit::ok;
    }
    console.out << in_columns(rows);
    if (!invocation.quiet()) console.err << "Next: signet " << wanted.next << "\n";
    return Exit::ok;
}

}  // namespace signet::cli
