#include "store/ldap_filter.h"

#include <algorithm>
#include <array>
#include <utility>

namespace signet::store {
namespace {

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '@' ||
           c == '.' || c == '_' || c == '-';
}

}  // namespace

std::string escape_filter_value(std::string_view octets) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string text;
    for (const char c : octets) {
        if (is_plain(c)) {
            text += c;
            continue;
        }
        const auto octet = static_cast<unsigned char>(c);
        text += '\\';
        text += kHex[octet >> 4];
        text += kHex[octet & 0xF];
    }
    return text;
}

std::string fill_filter_for_all(std::string_view form) {
    std::string filter{form};
    for (const std::string_view name : {"{login}", "{user}", "{domain}"}) {
        for (auto at = filter.find(name); at != filter.npos; at = filter.find(name)) {
            filter.replace(at, name.size(), "*");
        }
    }
    // "*@*" is one star more than a substring of RFC 4515 needs, and allowed; "**" is not.
    for (auto at = filter.find("**"); at != filter.npos; at = filter.find("**"))
        filter.erase(at, 1);
    return filter;
}

std::vector<std::string> attributes_compared(std::string_view form) {
    std::vector<std::string> names;
    for (const std::string_view value : {"={login})", "={user})"}) {
        for (auto at = form.find(value); at != form.npos; at = form.find(value, at + 1)) {
            const auto open = form.rfind('(', at);
            if (open == form.npos) continue;
            const auto name = form.substr(open + 1, at - open - 1);
            if (!name.empty() && std::ranges::all_of(name, is_plain)) names.emplace_back(name);
        }
    }
    return names;
}

std::string fill_filter(std::string_view form, const FilterValues& values) {
    const std::string_view login = values.login;
    const auto at = login.rfind('@');
    const auto domain = at == std::string_view::npos ? std::string_view{} : login.substr(at + 1);
    const std::array<std::pair<std::string_view, std::string_view>, 4> names{
        {{"{login}", login},
         {"{user}", login.substr(0, at)},
         {"{domain}", domain},
         {"{dn}", values.dn}}};
    std::string filter;
    while (!form.empty()) {
        bool named = false;
        for (const auto& [name, value] : names) {
            if (!form.starts_with(name)) continue;
            filter += escape_filter_value(value);
            form.remove_prefix(name.size());
            named = true;
            break;
        }
        if (named) continue;
        filter += form.front();
        form.remove_prefix(1);
    }
    return filter;
}

}  // namespace signet::store
