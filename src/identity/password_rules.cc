#include "identity/password_rules.h"

#include "base/text.h"

#include <algorithm>
#include <cstdint>

namespace signet::identity {
namespace {

// Shorter ones are parts of many words that say nothing about anybody.
constexpr std::size_t kShortestWord = 3;

// Code points, not octets: a password in Cyrillic letters is no longer than it looks.
std::size_t characters_of(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

// Letters and digits in lower case, and octets of other scripts as they are.
std::string bare(std::string_view text) {
    std::string kept;
    for (const char c : text) {
        if (is_alnum(c) || (c & 0x80) != 0) kept += lower(c);
    }
    return kept;
}

std::string without_digits_around(std::string text) {
    while (!text.empty() && is_digit(text.back())) text.pop_back();
    text.erase(0,
               static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin()));
    return text;
}

void add(std::vector<std::string>& words, std::string_view text) {
    auto word = bare(text);
    if (word.size() < kShortestWord || std::ranges::find(words, word) != words.end()) {
        return;
    }
    words.push_back(std::move(word));
}

// "ann.lee@mail.example.com": the whole, "ann.lee", "ann", "lee", "mail.example.com", "mail",
// "example.com", "example"; not "com".
void add_name(std::vector<std::string>& words, std::string_view name) {
    add(words, name);
    const auto at = name.rfind('@');
    const auto local = at == std::string_view::npos ? std::string_view{} : name.substr(0, at);
    const auto domain = at == std::string_view::npos ? name : name.substr(at + 1);
    add(words, local);
    for (const auto part : split(local, '.')) add(words, part);
    for (auto rest = domain; rest.contains('.'); rest = rest.substr(rest.find('.') + 1)) {
        add(words, rest);
        add(words, rest.substr(0, rest.find('.')));
    }
    if (!domain.contains('.')) add(words, domain);
}

// Whether the text is one word after another.  Takes size × words steps.
bool made_of(std::string_view text, const std::vector<std::string>& words) {
    std::vector<bool> reached(text.size() + 1, false);
    reached[0] = true;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!reached[i]) continue;
        for (const auto& word : words) {
            if (text.substr(i).starts_with(word)) reached[i + word.size()] = true;
        }
    }
    return !text.empty() && reached[text.size()];
}

}  // namespace

std::vector<std::string> context_words(std::string_view account,
                                       const std::vector<std::string>& others) {
    std::vector<std::string> words{"signet"};
    add_name(words, account);
    for (const auto& other : others) add_name(words, other);
    return words;
}

std::string reason_against(std::string_view password, const PasswordRules& rules) {
    if (password.size() > kLongestPassword) return "a password has at most 511 octets";
    if (!is_utf8(password)) return "a password is UTF-8";
    if (characters_of(password) < rules.min_length) {
        return "a password has at least " + std::to_string(rules.min_length) + " characters";
    }
    const bool control = std::ranges::any_of(
        password, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
    if (control) return "a password has no control characters";
    const auto whole = bare(password);
    if (made_of(whole, rules.words) || made_of(without_digits_around(whole), rules.words)) {
        return "this password is made of the account's name, its domain or the server's: whoever "
               "attacks the account tries that first";
    }
    return {};
}

}  // namespace signet::identity
