#include "identity/account_columns.h"

#include "base/text.h"
#include "identity/foreign_account.h"
#include "identity/scram_verifier.h"

#include <algorithm>
#include <array>
#include <utility>

namespace signet::identity {
namespace {

using enum AccountColumn;
using Done = Result<void, std::string>;

struct Named {
    AccountColumn column;
    std::string_view name;
};
constexpr Named kNames[] = {
    {name, "name"},
    {password, "password"},
    {verifiers, "verifiers"},
    {enabled, "enabled"},
    {may_submit, "may_submit"},
    {nologin, "nologin"},
    {send_as, "send_as"},
    {groups, "groups"},
    {allow_nets, "allow_nets"},
    {messages_per_hour, "messages_per_hour"},
    {recipients_per_hour, "recipients_per_hour"},
    {message_recipients, "message_recipients"},
    {message_size, "message_size"},
};
constexpr auto kColumns = [] {
    std::array<AccountColumn, std::size(kNames)> all{};
    std::ranges::transform(kNames, all.begin(), &Named::column);
    return all;
}();

constexpr std::size_t kLongestGroup = 64;
constexpr std::uint64_t kMostRecipients = 1'000'000;
constexpr std::uint64_t kMostMessages = 1'000'000'000;
constexpr std::uint64_t kMostOctets = std::uint64_t{1} << 40;

std::string quoted(std::string_view text) { return "`" + sanitised(text, 64) + "`"; }

std::unexpected<std::string> in(AccountColumn column, std::string_view what) {
    return fail(std::string{what} + " in " + std::string{identity::name(column)});
}

// As PostgreSQL reads a boolean, and whole numbers besides.
Result<bool, std::string> read_flag(std::string_view text) {
    const auto word = lower(trim(text));
    for (const std::string_view yes : {"t", "true", "y", "yes", "on", "1"}) {
        if (word == yes) return true;
    }
    for (const std::string_view no : {"f", "false", "n", "no", "off", "0"}) {
        if (word == no) return false;
    }
    return fail(quoted(text) + " is neither true nor false");
}

Result<std::uint64_t, std::string> read_number(std::string_view text, std::uint64_t most) {
    const auto number = parse_unsigned(text);
    if (!number || *number > most) {
        return fail(quoted(text) + " is no number of 0 to " + std::to_string(most));
    }
    return *number;
}

bool is_group(std::string_view text) {
    return !text.empty() && text.size() <= kLongestGroup && std::ranges::all_of(text, [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.';
    });
}

// One array, "{a,\"b, c\",NULL}", as PostgreSQL writes it (manual, 8.15.6).
class ArrayReader {
public:
    explicit ArrayReader(std::string_view inside) : rest_(inside) {}

    Result<std::vector<std::string>, std::string> read() {
        std::vector<std::string> items;
        while (!rest_.empty()) {
            auto item = rest_.front() == '"' ? quoted_item() : bare_item();
            if (!item) return fail(std::move(item.error()));
            if (items.size() == kMaxColumnItems) return fail(std::string{"more than 1000 items"});
            items.push_back(std::move(*item));
            if (rest_.empty()) break;
            if (rest_.front() != ',' || rest_.size() == 1) {
                return fail(std::string{"an array that is none"});
            }
            rest_.remove_prefix(1);
        }
        return items;
    }

private:
    Result<std::string, std::string> quoted_item() {
        std::string item;
        for (std::size_t i = 1; i < rest_.size(); ++i) {
            if (rest_[i] == '"') {
                rest_.remove_prefix(i + 1);
                return item;
            }
            if (rest_[i] == '\\') ++i;
            if (i == rest_.size()) break;
            item += rest_[i];
        }
        return fail(std::string{"an array that does not end"});
    }
    Result<std::string, std::string> bare_item() {
        const auto item = rest_.substr(0, rest_.find(','));
        if (item.find_first_of("{}\"\\") != std::string_view::npos) {
            return fail(std::string{"an array within an array"});
        }
        if (item.empty() || equal_nocase(item, "NULL")) {
            return fail(std::string{"an array with nothing in a place"});
        }
        rest_.remove_prefix(item.size());
        return std::string{item};
    }

    std::string_view rest_;
};

class RowReader {
public:
    explicit RowReader(const RowRules& rules) : rules_(rules) {}

    Result<RowAccount, std::string> read(const std::string& login,
                                         std::span<const AccountField> row) {
        made_.account.name = login;
        for (const auto& field : row) {
            if (field.value && field.value->size() > kMaxColumnOctets) {
                return in(field.column, "more than 64 KiB");
            }
            if (auto done = field.value ? take(field.column, *field.value) : nothing(field.column);
                !done) {
                return in(field.column, done.error());
            }
        }
        add_own_address(made_.account, rules_.default_domain);
        return std::move(made_);
    }

private:
    // NULL.  What it would have to say to let somebody in, it does not say.
    Done nothing(AccountColumn column) {
        if (column == name) return fail(std::string{"NULL"});
        if (column == enabled) made_.account.enabled = false;
        if (column == may_submit) made_.account.may_submit = false;
        return {};
    }

    Done take(AccountColumn column, const std::string& value) {
        switch (column) {
        case name: return take_name(value);
        case password: made_.useless = take_password(made_.account, value, rules_.formats); break;
        case verifiers: return each(value, [&](const auto& item) { return verifier(item); });
        case enabled: return flag(value, [&](bool is) { made_.account.enabled &= is; });
        case nologin: return flag(value, [&](bool is) { made_.account.enabled &= !is; });
        case may_submit: return flag(value, [&](bool is) { made_.account.may_submit = is; });
        case send_as:
            return each(value, [&](const auto& item) { return add_send_as(made_.account, item); });
        case groups: return each(value, [&](const auto& item) { return group(item); });
        case allow_nets:
            return each(value, [&](const auto& item) { return add_network(made_.account, item); });
        case messages_per_hour: return rate(value, made_.account.limits.messages);
        case recipients_per_hour: return rate(value, made_.account.limits.recipients);
        case message_recipients:
            return number(value, kMostRecipients, made_.account.limits.message_recipients);
        case message_size: return number(value, kMostOctets, made_.account.limits.message_size);
        }
        return {};
    }

    Done take_name(const std::string& value) {
        auto folded = fold_account_name(value);
        if (!folded) return fail(quoted(value) + " cannot be the name of an account");
        made_.account.name = std::move(*folded);
        return {};
    }
    template <class Take>
    static Done flag(const std::string& value, Take set) {
        const auto is = read_flag(value);
        if (!is) return fail(is.error());
        set(*is);
        return {};
    }
    template <class Take>
    static Done each(const std::string& value, Take add) {
        const auto items = read_column_list(value);
        if (!items) return fail(items.error());
        for (const auto& item : *items) {
            if (auto done = add(item); !done) return done;
        }
        return {};
    }
    Done verifier(const std::string& text) {
        if (!parse_scram_verifier(text)) return fail(std::string{"something that is no verifier"});
        made_.account.password().verifiers.push_back(text);
        return {};
    }
    Done group(const std::string& text) {
        if (!is_group(text)) return fail(quoted(text) + " is no name of a group");
        made_.account.groups.push_back(text);
        return {};
    }
    static Done rate(const std::string& value, std::optional<Rate>& into) {
        const auto count = read_number(value, kMostMessages);
        if (!count) return fail(count.error());
        into = Rate{*count, std::chrono::hours{1}};
        return {};
    }
    template <class Number>
    static Done number(const std::string& value, std::uint64_t most, std::optional<Number>& into) {
        const auto read = read_number(value, most);
        if (!read) return fail(read.error());
        into = static_cast<Number>(*read);
        return {};
    }

    const RowRules& rules_;
    RowAccount made_;
};

}  // namespace

std::string_view name(AccountColumn column) {
    return std::ranges::find(kNames, column, &Named::column)->name;
}

std::span<const AccountColumn> account_columns() { return kColumns; }

std::optional<AccountColumn> parse_account_column(std::string_view text) {
    const auto found = std::ranges::find(kNames, text, &Named::name);
    return found == std::end(kNames) ? std::nullopt : std::optional{found->column};
}

Result<std::vector<std::string>, std::string> read_column_list(std::string_view text) {
    if (text.starts_with('{') && text.ends_with('}') && text.size() > 1) {
        return ArrayReader{text.substr(1, text.size() - 2)}.read();
    }
    std::vector<std::string> items;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(", \t\r\n;"), text.size());
        if (end > 0) {
            if (items.size() == kMaxColumnItems) return fail(std::string{"more than 1000 items"});
            items.emplace_back(text.substr(0, end));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return items;
}

Result<RowAccount, std::string> read_account_row(const std::string& login,
                                                 std::span<const AccountField> row,
                                                 const RowRules& rules) {
    return RowReader{rules}.read(login, row);
}

}  // namespace signet::identity
