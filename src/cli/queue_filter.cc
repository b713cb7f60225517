#include "cli/queue_filter.h"

#include "audit/timestamp.h"
#include "base/text.h"
#include "settings/units.h"

namespace signet::cli {

bool has_filter(const Invocation& invocation) {
    return std::ranges::any_of(
        kFilterArguments, [&](const Argument& argument) { return invocation.has(argument.name); });
}

RequestLine& FilterWords::add_to(RequestLine& request) const {
    for (const auto& [name, text] : texts) request.text(name, text);
    if (!ids.empty()) request.list("ids", ids);
    return request;
}

Result<FilterWords, std::string> filter_words(const Invocation& invocation, WallTime now) {
    FilterWords words{.texts = {}, .ids = invocation.all("--id")};
    for (const auto name : {"sender", "recipient", "domain", "reply", "account", "state"}) {
        const auto option = std::string{"--"} + name;
        if (invocation.has(option)) words.texts[name] = invocation.one(option);
    }
    for (const auto& [option, name] : {std::pair{"--older", "before"}, {"--newer", "since"}}) {
        if (!invocation.has(option)) continue;
        const auto age = settings::parse_duration(invocation.one(option));
        if (!age) {
            return fail(std::string{option} + " takes an age as 90s, 2h or 5d, not `" +
                        sanitised(invocation.one(option), 60) + "`");
        }
        words.texts[name] = audit::timestamp(now - *age);
    }
    return words;
}

}  // namespace signet::cli
