#include "script.h"

#include "base/base64.h"
#include "base/cursor.h"
#include "base/text.h"
#include "smtp/reply.h"

#include <algorithm>

namespace signet::dialogue {
namespace {

using Kind = Statement::Kind;

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    for (auto at = text.find(what); at != std::string::npos;
         at = text.find(what, at + with.size())) {
        text.replace(at, what.size(), with);
    }
    return text;
}

// \r \n \t \0 \\ \xHH
std::optional<std::string> unescaped(std::string_view text) {
    std::string octets;
    Cursor in{text};
    while (!in.at_end()) {
        octets += in.take_until("\\");
        if (!in.take('\\')) continue;
        const auto rest = in.rest();
        if (rest.empty()) return {};
        constexpr std::string_view kLetters = "rnt0\\", kOctets{"\r\n\t\0\\", 5};
        if (const auto letter = kLetters.find(rest[0]); letter != std::string_view::npos) {
            octets += kOctets[letter];
            in.rewind(in.offset() + 1);
            continue;
        }
        const auto octet = rest[0] == 'x' ? unhex(rest.substr(1, 2)) : std::nullopt;
        if (!octet || octet->size() != 1) return {};
        octets += *octet;
        in.rewind(in.offset() + 3);
    }
    return octets;
}

// "base64 TEXT" or "fill N c"
std::optional<std::string> call(std::string_view function) {
    if (function.starts_with("base64 ")) {
        const auto octets = unescaped(function.substr(7));
        return octets ? std::optional{base64(*octets)} : std::nullopt;
    }
    const auto words = split(function, ' ');
    if (words.size() != 3 || words[0] != "fill" || words[2].size() != 1) return {};
    const auto count = parse_unsigned(words[1]);
    if (!count || *count > 10'000'000) return {};
    return std::string(*count, words[2][0]);
}

// Reads line by line, and stops at the first problem.
class Reader {
public:
    explicit Reader(const Names& names) : names_(names) {}

    bool take(std::string_view line) {
        ++line_;
        if (line.empty() || line.starts_with("##")) return true;
        if (line.starts_with("# ")) return take_directive(split(line.substr(2), ' '));
        if (!role_seen_) return problem("the first statement is # role");
        if (line.starts_with("C: ")) return take_client(line.substr(3), "\r\n");
        if (line == "C:") return take_client("", "\r\n");
        if (line.starts_with("C~ ")) return take_client(line.substr(3), "");
        if (line.starts_with("S: ")) return add(Kind::reply, line.substr(3));
        if (line.starts_with("S+ ")) return add(Kind::some_line, line.substr(3));
        if (line.starts_with("S- ")) return add(Kind::no_line, line.substr(3));
        return problem("not a statement");
    }

    Parsed finish() && {
        if (problem_.what.empty() && repeat_ != 1) problem("# repeat with nothing to repeat");
        if (problem_.what.empty() && !role_seen_) problem("no # role");
        if (!problem_.what.empty()) return {{}, problem_};
        return {std::move(script_), {}};
    }

private:
    bool problem(std::string what) {
        problem_ = {line_, std::move(what)};
        return false;
    }

    bool add(Kind kind, std::string_view text = {}) {
        script_.statements.push_back({kind, std::string{text}, line_});
        return true;
    }

    bool take_client(std::string_view text, std::string_view end) {
        const auto octets = resolve(text, names_);
        if (!octets) return problem("an escape or function that is not known");
        const auto once = *octets + std::string{end};
        std::string all;
        for (; repeat_ > 0; --repeat_) all += once;
        repeat_ = 1;
        return add(Kind::send, all);
    }

    bool take_directive(const std::vector<std::string_view>& words) {
        const auto name = words[0];
        if (name == "role" && words.size() == 2) {
            if (words[1] != "submission" && words[1] != "submissions" && words[1] != "mx")
                return problem("which role?");
            role_seen_ = true;
            script_.role = words[1];
            return true;
        }
        if (!role_seen_) return problem("the first statement is # role");
        if (name == "security" && words.size() == 2) return parse_unsigned(words[1]).has_value();
        if (name == "limit" && words.size() == 3) {
            const auto value = parse_unsigned(words[2]);
            if (!value) return problem("a limit is a number");
            script_.limits.push_back({std::string{words[1]}, *value});
            return true;
        }
        if (name == "repeat" && words.size() == 2) {
            repeat_ = parse_unsigned(words[1]).value_or(0);
            return repeat_ > 0 || problem("how often?");
        }
        if (words.size() != 1) return problem("not a directive");
        return take_word(name);
    }

    bool take_word(std::string_view name) {
        if (name == "as-written") return script_.as_written = true;
        if (name == "secure") return add(Kind::secure);
        if (name == "proven") return add(Kind::proven);
        if (name == "tls") return add(Kind::tls);
        if (name == "split") return add(Kind::split);
        if (name == "closed") return add(Kind::closed);
        return problem("not a directive");
    }

    const Names& names_;
    Script script_;
    Problem problem_{};
    std::size_t line_ = 0, repeat_ = 1;
    bool role_seen_ = false;
};

bool code_fits(std::string_view code, std::string_view pattern) {
    if (pattern.size() != 3) return false;
    for (std::size_t i = 0; i < 3; ++i) {
        if (pattern[i] != 'x' && pattern[i] != code[i]) return false;
    }
    return true;
}

// Takes the first word off; the rest keeps no space before it.
std::string_view take_word(std::string_view& text) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    return word;
}

// A line of a reply behind its code and, if there is one, its status.
std::string_view text_of(std::string_view line) {
    line = line.substr(std::min<std::size_t>(line.size(), 4));
    auto rest = line;
    return smtp::parse_enhanced_status(take_word(rest)) ? rest : line;
}

}  // namespace

std::optional<std::string> resolve(std::string_view text, const Names& names) {
    std::string filled{text};
    filled = replaced(filled, "{user}", names.user);
    filled = replaced(filled, "{password}", names.password);
    filled = replaced(filled, "{sender}", names.sender);
    filled = replaced(filled, "{recipient}", names.recipient);
    std::string octets;
    Cursor in{filled};
    while (!in.at_end()) {
        const auto plain = unescaped(in.take_until("{"));
        if (!plain) return {};
        octets += *plain;
        if (!in.take('{')) continue;
        const auto result = call(in.take_until("}"));
        if (!result || !in.take('}')) return {};
        octets += *result;
    }
    return octets;
}

Parsed parse_script(std::string_view text, const Names& names) {
    Reader reader{names};
    while (text.ends_with('\n')) text.remove_suffix(1);
    for (const auto line : split(text, '\n')) {
        if (!reader.take(line)) break;
    }
    return std::move(reader).finish();
}

bool reply_fits(std::string_view reply, std::string_view expected) {
    const auto patterns = split(take_word(expected), '|');
    const bool code = std::ranges::any_of(
        patterns, [&](auto pattern) { return code_fits(reply.substr(0, 3), pattern); });
    if (!code) return false;
    auto behind_status = expected;
    const auto status = smtp::parse_enhanced_status(take_word(behind_status));
    if (status) {
        auto text = reply.substr(4);
        if (smtp::parse_enhanced_status(take_word(text)) != status) return false;
        expected = behind_status;
    }
    return lower(reply).contains(lower(expected));
}

bool has_line(std::string_view reply, std::string_view words) {
    return std::ranges::any_of(split(reply, '\n'), [words](std::string_view line) {
        return text_of(line).starts_with(words);
    });
}

}  // namespace signet::dialogue
