#include "relay/maildir_path.h"

#include "base/text.h"

#include <algorithm>
#include <utility>

namespace signet::relay {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";
constexpr std::string_view kPlaceholders[] = {"{account}", "{domain}", "{local}"};

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || is_digit(c) ||
           std::string_view{"+-_=@."}.find(c) != std::string_view::npos;
}

bool has_placeholder(std::string_view name) {
    return std::ranges::any_of(kPlaceholders, [&](auto placeholder) {
        return name.find(placeholder) != std::string_view::npos;
    });
}

struct Values {
    std::string account, domain, local;
};

// Each placeholder once, from left to right, so that a value is never taken for a placeholder.
std::string filled_in(std::string_view name, const Values& values) {
    const std::string_view with[] = {values.account, values.domain, values.local};
    std::string out;
    while (!name.empty()) {
        std::size_t i = 0;
        while (i < std::size(kPlaceholders) && !name.starts_with(kPlaceholders[i])) ++i;
        if (i < std::size(kPlaceholders)) {
            out += with[i];
            name.remove_prefix(kPlaceholders[i].size());
        } else {
            out += name.front();
            name.remove_prefix(1);
        }
    }
    return out;
}

}  // namespace

std::string path_name(std::string_view text) {
    std::string name;
    for (const char c : text) {
        if (is_plain(c) && !(c == '.' && name.empty())) {
            name += c;
        } else {
            const auto octet = static_cast<unsigned char>(c);
            name += '%';
            name += kHex[octet >> 4];
            name += kHex[octet & 15];
        }
    }
    return name.empty() ? "%" : name;
}

std::string MaildirPath::text() const {
    auto path = base;
    for (const auto& name : below) path += (path.ends_with('/') ? "" : "/") + name;
    return path;
}

std::string origin_name(std::string_view account, queue::Origin origin) {
    switch (origin) {
    case queue::Origin::login: return path_name(account);
    case queue::Origin::stranger: return "UNPROVEN";
    case queue::Origin::signet: return "MAILER-DAEMON";
    }
    std::unreachable();
}

MaildirPath expand_maildir(std::string_view path, std::string_view origin_name,
                           const mail::Mailbox& recipient) {
    const auto folded = recipient.folded();
    const Values values{std::string{origin_name}, path_name(lower(folded.domain)),
                        path_name(folded.local_part)};
    MaildirPath expanded;
    bool fixed = true;
    std::size_t at = 0;
    for (const auto name : split(path, '/')) {
        fixed = fixed && !has_placeholder(name);
        if (fixed)
            expanded.base = path.substr(0, at + name.size());
        else if (!name.empty())
            expanded.below.push_back(filled_in(name, values));
        at += name.size() + 1;
    }
    if (expanded.base.empty()) expanded.base = path.starts_with('/') ? "/" : ".";
    return expanded;
}

}  // namespace signet::relay
