#include "cli/resolve.h"

#include "base/text.h"
#include "settings/spelling.h"

#include <algorithm>
#include <utility>

namespace signet::cli {
namespace {

std::string_view true_verb(std::string_view word) {
    constexpr std::pair<std::string_view, std::string_view> kAliases[] = {
        {"rm", "delete"}, {"remove", "delete"}, {"ls", "list"}, {"get", "show"}};
    for (const auto& [alias, verb] : kAliases) {
        if (alias == word) return verb;
    }
    return word;
}

const Command* find(std::string_view noun, std::string_view verb) {
    for (const auto* command : commands()) {
        if (command->noun == noun && command->verb == verb) return command;
    }
    return nullptr;
}

bool is_noun(std::string_view word) {
    return std::ranges::any_of(commands(),
                               [&](const auto* c) { return !word.empty() && c->noun == word; });
}

std::vector<std::string_view> known(std::string_view noun) {
    std::vector<std::string_view> words;
    for (const auto* command : commands()) {
        if (!noun.empty() && command->noun != noun) continue;
        words.push_back(noun.empty() && !command->noun.empty() ? command->noun : command->verb);
    }
    return words;
}

std::string unknown(std::string_view word, std::string_view noun) {
    const auto before = noun.empty() ? std::string{} : std::string{noun} + " ";
    auto text = "there is no command `" + before + sanitised(word, 60) + "`";
    if (const auto meant = settings::nearest(word, known(noun)); !meant.empty()) {
        text += "; did you mean `" + before + meant + "`?";
    }
    return text;
}

bool takes_value(std::string_view option) {
    return std::ranges::any_of(global_arguments(), [&](const Argument& argument) {
        return argument.name == option && !argument.flag();
    });
}

// Takes the next word that is no option; options go to `passed`.
std::string next_word(std::span<const std::string>& words, std::vector<std::string>& passed) {
    while (!words.empty()) {
        const auto& word = words.front();
        words = words.subspan(1);
        if (!word.starts_with('-')) return word;
        passed.push_back(word);
        if (takes_value(word) && !words.empty()) {
            passed.push_back(words.front());
            words = words.subspan(1);
        }
    }
    return {};
}

}  // namespace

Result<Resolved, std::string> resolve(std::span<const std::string> words) {
    Resolved resolved;
    const auto first = next_word(words, resolved.arguments);
    const auto rest = [&] {
        resolved.arguments.insert(resolved.arguments.end(), words.begin(), words.end());
    };
    if (first.empty()) return resolved;
    if (const auto* command = find("", first)) {
        resolved.command = command;
        rest();
        return resolved;
    }
    if (is_noun(first)) {
        const auto verb = next_word(words, resolved.arguments);
        resolved.noun = first;
        if (verb.empty()) return resolved;
        resolved.command = find(first, true_verb(verb));
        if (!resolved.command) return fail(unknown(verb, first));
        rest();
        return resolved;
    }
    if (!words.empty() && is_noun(words.front())) {
        resolved.command = find(words.front(), true_verb(first));
        if (resolved.command) {
            words = words.subspan(1);
            rest();
            return resolved;
        }
    }
    return fail(unknown(first, ""));
}

}  // namespace signet::cli
