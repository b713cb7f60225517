// The record of what happened: one line, whatever a stranger said, and read back as it was written.
#include "audit/json.h"
#include "audit/query.h"
#include "audit/text_line.h"
#include "audit/timestamp.h"
#include "base/text.h"
#include "check.h"

#include <algorithm>
#include <cstdint>

using namespace signet;
using namespace signet::audit;

namespace {

void any_line_is_read_or_refused(std::string_view line) {
    const auto recorded = parse_json(line);
    if (!recorded) return;
    const auto written = to_json(recorded->event, recorded->stamp);
    const auto again = parse_json(written);
    CHECK(again && to_json(again->event, again->stamp) == written);
    CHECK(matches({.since = recorded->event.time}, recorded->event));
}

void text_stays_in_its_field(std::string_view text) {
    Event event;
    event.event = "auth.attempt";
    event.outcome = Outcome::failure;
    event.user_name = event.reason = event.detail = event.client.ehlo = text;
    event.message = Message{"01Q", std::string{text}, std::string{text}, {std::string{text}}, 1};
    const auto json = to_json(event, {1, std::string{text}, "i"});
    CHECK(std::ranges::none_of(json, [](char c) { return static_cast<unsigned char>(c) < 0x20; }));
    const auto recorded = parse_json(json);
    CHECK(recorded && recorded->event.outcome == Outcome::failure);
    for (const auto kind : {"auth.attempt", "message.accepted", "other"}) {
        event.event = kind;
        const auto line = text_line(event);
        CHECK(std::ranges::all_of(line, [](char c) { return c >= ' ' && c <= '~'; }));
        const auto fields = split(line, ' ').size();
        CHECK(fields == (event.event == "auth.attempt" ? 9u : event.event == "other" ? 11u : 19u));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    any_line_is_read_or_refused(input);
    text_stays_in_its_field(input);
    if (const auto time = parse_timestamp(input)) {
        const auto written = timestamp(*time);
        CHECK(timestamp(*parse_timestamp(written)) == written);
    }
    return 0;
}
