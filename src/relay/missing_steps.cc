#include "relay/missing_steps.h"

#include "base/text.h"

#include <algorithm>

namespace signet::relay {
namespace {

using oauth::TokenLook;

// Exchange Online's name for itself, and its number.
constexpr std::string_view kAudiences[] = {"https://outlook.office365.com",
                                           "https://outlook.office.com",
                                           "00000002-0000-0ff1-ce00-000000000000"};

bool is_exchange_online(std::string_view host) {
    return equal_nocase(host, "smtp.office365.com") || lower(host).ends_with(".office365.com") ||
           lower(host).ends_with(".outlook.office.com");
}

std::string_view without_slash(std::string_view text) {
    if (text.ends_with('/')) text.remove_suffix(1);
    return text;
}

bool is_for_exchange(const TokenLook& token) {
    return std::ranges::any_of(token.audience, [](const std::string& audience) {
        return std::ranges::count(kAudiences, without_slash(audience)) != 0;
    });
}

bool has(const std::vector<std::string>& words, std::string_view wanted) {
    return std::ranges::any_of(words, [&](const std::string& word) {
        return equal_nocase(word, wanted) || word.ends_with("/" + std::string{wanted});
    });
}

std::string or_placeholder(const std::string& text, std::string_view placeholder) {
    return text.empty() ? std::string{placeholder} : text;
}

std::string for_whom(const TokenLook& token) {
    std::string all;
    for (const auto& one : token.audience) all += (all.empty() ? "" : ", ") + one;
    return all.empty() ? "nobody" : all;
}

// New-ServicePrincipal wants the object of the Enterprise application, and that is the token's
// `oid`; the one that the registration shows is another, and the commonest mistake.
std::string rights_of_application(const Tried& tried) {
    const auto object = or_placeholder(tried.token->object, "OBJECT-ID");
    return "The token is right, so the mailbox does not know the application. In Exchange Online "
           "PowerShell: New-ServicePrincipal -AppId " +
           or_placeholder(tried.token->client, "CLIENT-ID") + " -ObjectId " + object +
           " (the object id of the Enterprise application, not of the registration); then "
           "Add-MailboxPermission -Identity " +
           tried.user + " -User " + object + " -AccessRights FullAccess. It may take an hour.";
}

void look_at_permissions(const Tried& tried, std::vector<std::string>& steps) {
    const auto& token = *tried.token;
    const bool of_a_person = !token.scopes.empty() && token.roles.empty();
    if (of_a_person && !has(token.scopes, "SMTP.Send")) {
        steps.push_back(
            "The token lacks the scope SMTP.Send: write scope = "
            "\"https://outlook.office.com/SMTP.Send offline_access\" and log in again.");
    }
    if (!of_a_person && !has(token.roles, "SMTP.SendAsApp")) {
        steps.push_back(
            "The application lacks the role SMTP.SendAsApp: add it (API permissions, Office 365 "
            "Exchange Online, application permissions) and have an administrator grant consent; or "
            "assign it in Exchange Online (RBAC for Applications).");
    }
    if (of_a_person && !token.user.empty() && !equal_nocase(token.user, tried.user)) {
        steps.push_back(token.user + " agreed, and the route signs in as " + tried.user +
                        ": that mailbox has to give " + token.user +
                        " the right to send as it (Add-RecipientPermission -AccessRights SendAs).");
    }
}

void look_at_refusal(const Tried& tried, std::vector<std::string>& steps) {
    if (tried.said.contains("5.7.139")) {
        steps.push_back(
            "Authenticated SMTP is switched off: Set-CASMailbox -Identity " + tried.user +
            " -SmtpClientAuthenticationDisabled $false. Where security defaults are on, "
            "they block it for the tenant.");
    } else if (tried.said.contains("5.7.3 ") && steps.empty()) {
        steps.push_back(rights_of_application(tried));
    } else if (tried.said.starts_with("430 ")) {
        steps.push_back(rights_of_application(tried));
    }
}

}  // namespace

std::vector<std::string> missing_steps(const Tried& tried, WallTime now) {
    std::vector<std::string> steps;
    if (!tried.token) return steps;
    if (tried.token->expires && *tried.token->expires <= now) {
        steps.push_back(
            "The token has ended: the clock of this machine, or the provider's, is wrong.");
    }
    if (!is_exchange_online(tried.host)) return steps;
    if (!is_for_exchange(*tried.token)) {
        steps.push_back("The token is for " + for_whom(*tried.token) +
                        ": write scope = \"https://outlook.office365.com/.default\".");
    }
    look_at_permissions(tried, steps);
    if (!tried.signed_in) look_at_refusal(tried, steps);
    return steps;
}

}  // namespace signet::relay
