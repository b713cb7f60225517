#include "aliases/table.h"

#include <algorithm>
#include <utility>

namespace signet::aliases {
namespace {

// A local part holds no NUL.
std::string index_key(std::string_view local_part, std::string_view domain) {
    auto key = std::string{local_part};
    key += '\0';
    return key.append(domain);
}

// Postfix's recipient_delimiter, as Debian sets it: "sales+x" is for "sales".
std::string_view without_extension(std::string_view local_part) {
    const auto plus = local_part.find('+');
    return plus == 0 ? local_part : local_part.substr(0, plus);
}

Table::Found step(const Alias& alias, const mail::Mailbox& mailbox) {
    Table::Found found{.targets = {}, .catch_all = alias.key.is_catch_all()};
    found.targets.reserve(alias.targets.size());
    for (const auto& target : alias.targets) {
        auto made =
            mail::make_mailbox(target.local_part.empty() ? mailbox.local_part : target.local_part,
                               target.domain.empty() ? mailbox.domain : target.domain);
        found.complete = found.complete && made;
        if (made) found.targets.push_back(std::move(*made));
    }
    return found;
}

}  // namespace

Table::Table(std::vector<OurDomain> domains, std::vector<Alias> aliases)
    : domains_(std::move(domains)), aliases_(std::move(aliases)) {
    std::ranges::sort(domains_);
    std::ranges::sort(aliases_);
    by_key_.reserve(aliases_.size());
    for (std::size_t i = 0; i < aliases_.size(); ++i) {
        by_key_.emplace(index_key(aliases_[i].key.local_part, aliases_[i].key.domain), i);
    }
}

const Alias* Table::at(std::string_view local_part, std::string_view domain) const {
    const auto found = by_key_.find(index_key(local_part, domain));
    return found == by_key_.end() ? nullptr : &aliases_[found->second];
}

const OurDomain* Table::domain_of(const mail::Mailbox& mailbox) const {
    const auto at = std::ranges::lower_bound(domains_, mailbox.domain, {}, &OurDomain::name);
    return at == domains_.end() || at->name != mailbox.domain ? nullptr : &*at;
}

std::optional<Table::Found> Table::find(const mail::Mailbox& mailbox) const {
    if (empty() || domain_of(mailbox) == nullptr) return {};
    const auto whole = mailbox.folded().local_part;
    const auto base = without_extension(whole);
    const std::pair<std::string_view, std::string_view> keys[] = {{whole, mailbox.domain},
                                                                  {base, mailbox.domain},
                                                                  {whole, ""},
                                                                  {base, ""},
                                                                  {"", mailbox.domain}};
    for (const auto& [local_part, domain] : keys) {
        if (const auto* alias = at(local_part, domain)) return step(*alias, mailbox);
    }
    return {};
}

bool Table::lists(const mail::Mailbox& mailbox) const {
    const auto* domain = domain_of(mailbox);
    return domain != nullptr && domain->recipients.contains(mailbox.folded().local_part);
}

std::size_t Table::catch_alls() const {
    return static_cast<std::size_t>(std::ranges::count_if(
        aliases_, [](const Alias& alias) { return alias.key.is_catch_all(); }));
}

TablePtr no_aliases() {
    static const auto none = std::make_shared<const Table>();
    return none;
}

}  // namespace signet::aliases
