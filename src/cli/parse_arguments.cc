// The only file that includes CLI11.
#include "cli/parse_arguments.h"

#include "base/text.h"
#include "settings/spelling.h"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace signet::cli {
namespace {

struct Bound {
    const Argument* argument;
    std::vector<std::string> values;
    bool given = false;
};

void bind(CLI::App& app, Bound& bound) {
    const auto& argument = *bound.argument;
    if (argument.flag()) {
        app.add_flag(std::string{argument.name}, bound.given);
        return;
    }
    auto* option = app.add_option(
        argument.positional() ? lower(argument.name) : std::string{argument.name}, bound.values);
    option->required(argument.required);
    option->allow_extra_args(argument.positional() && argument.repeated);
    option->expected(argument.positional() && argument.repeated ? -1 : 1);
    if (!argument.repeated)
        option->multi_option_policy(CLI::MultiOptionPolicy::Throw);
    else if (!argument.positional())
        option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

std::string unknown_option(std::string_view option, const Command& command) {
    const auto name = option.substr(0, option.find('='));
    std::vector<std::string_view> known;
    for (const auto& argument : command.arguments) known.push_back(argument.name);
    for (const auto& argument : global_arguments()) known.push_back(argument.name);
    auto text = "`signet " + command.name() + "` has no option `" + sanitised(name, 60) + "`";
    if (const auto meant = settings::nearest(name, known); !meant.empty()) {
        text += "; did you mean `" + meant + "`?";
    }
    return text;
}

std::string missing(const Command& command, std::span<const Bound> all) {
    for (const auto& bound : all) {
        if (bound.argument->required && bound.values.empty()) {
            return "`signet " + command.name() + "` needs " + std::string{bound.argument->name};
        }
    }
    return "an argument is missing";
}

std::string extra(const Command& command, std::span<const std::string> left) {
    for (const auto& word : left) {
        if (word.starts_with('-') && word.size() > 1) return unknown_option(word, command);
    }
    return "`signet " + command.name() + "` does not take `" +
           (left.empty() ? std::string{} : sanitised(left.front(), 60)) + "`";
}

}  // namespace

Result<Invocation, std::string> parse_arguments(const Command& command,
                                                std::vector<std::string> arguments) {
    CLI::App app{"", "signet"};
    app.set_help_flag();  // --help is one of ours
    app.allow_extras();   // reported below, in our words
    std::vector<Bound> all;
    for (const auto& argument : command.arguments) all.push_back({&argument, {}});
    for (const auto& argument : global_arguments()) all.push_back({&argument, {}});
    for (auto& bound : all) bind(app, bound);

    const bool help = std::ranges::count(arguments, "--help") != 0;
    std::ranges::reverse(arguments);  // as CLI11 takes them
    try {
        app.parse(std::move(arguments));
    } catch (const CLI::RequiredError&) {
        const auto left = app.remaining();
        if (!left.empty() && left.front().starts_with("-")) return fail(extra(command, left));
        if (!help) return fail(missing(command, all));
    } catch (const CLI::ParseError& error) {
        return fail(sanitised(error.what(), 200));
    }
    if (const auto left = app.remaining(); !left.empty()) return fail(extra(command, left));

    Invocation invocation;
    if (help) invocation.add("--help", "");
    for (auto& bound : all) {
        if (bound.given) invocation.add(bound.argument->name, "");
        for (auto& value : bound.values) invocation.add(bound.argument->name, std::move(value));
    }
    return invocation;
}

}  // namespace signet::cli
