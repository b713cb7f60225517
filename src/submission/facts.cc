#include "submission/facts.h"

#include "base/text.h"

#include <algorithm>

namespace signet::submission {
namespace {

const settings::DomainSettings* find_domain(const std::string& domain,
                                            const settings::Snapshot& settings) {
    const auto found = std::ranges::find_if(
        settings.domains, [&](const auto& one) { return equal_nocase(one.name, domain); });
    return found == settings.domains.end() ? nullptr : &*found;
}

std::string own_domain(const settings::Snapshot& settings) {
    const bool local = settings.domains.empty() || find_domain(settings.hostname, settings);
    return lower(local ? settings.hostname : settings.domains.front().name);
}

bool is_listed(const settings::DomainSettings& domain, const std::string& local_part) {
    return std::ranges::any_of(domain.recipients, [&](const std::string& one) {
        return one == "*" || equal_nocase(one, local_part);
    });
}

}  // namespace

policy::Facts facts_of(const Session& session, const settings::Snapshot& settings) {
    policy::Facts facts;
    facts.login = session.login ? &*session.login : nullptr;
    facts.open = session.role == smtp::Role::mx;
    if (session.transaction) {
        facts.sender = session.transaction->envelope.sender;
        facts.unknown_recipients = session.transaction->unknown_recipients;
    }
    facts.owned_header = settings.policy.header_from == "owned";
    if (!facts.login) {
        for (const auto& domain : settings.domains) facts.our_domains.push_back(lower(domain.name));
    }
    return facts;
}

bool is_ours(const std::string& domain, const settings::Snapshot& settings) {
    return find_domain(domain, settings) != nullptr;
}

Task<policy::Addressee> addressee_of(mail::Mailbox mailbox, const Services& services) {
    const auto& settings = services.settings;
    policy::Addressee addressee{.mailbox = std::move(mailbox), .local = false, .known = {}};
    auto& to = addressee.mailbox;
    const bool domainless = to.domain.empty();
    if (domainless) to.domain = own_domain(settings);
    const auto* domain = find_domain(to.domain, settings);
    addressee.local = domainless || domain != nullptr;
    if (!addressee.local) co_return addressee;
    // RFC 5321 §4.5.1: postmaster is taken at every domain, in any case of letters.
    addressee.known = equal_nocase(to.local_part, "postmaster") ||
                      (domain != nullptr && is_listed(*domain, to.local_part)) ||
                      settings.aliases.table->find(to).has_value();
    if (*addressee.known) co_return addressee;
    const auto found = co_await services.recipients.knows(to);
    addressee.known = found ? std::optional{*found} : std::nullopt;
    co_return addressee;
}

}  // namespace signet::submission
