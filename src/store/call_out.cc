#include "store/call_out.h"

#include "base/text.h"
#include "identity/account.h"
#include "oauth/json.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace signet::store {
namespace {

using identity::CheckAnswer;
using identity::Claim;
using identity::Login;
using identity::Refusal;
using identity::Refused;
using oauth::Json;

constexpr std::size_t kGroupOctets = 255;

// Those that a service can know; the others are judged here.
constexpr std::array kRefusals{Refusal::unknown_account,    Refusal::bad_password,
                               Refusal::no_usable_password, Refusal::account_disabled,
                               Refusal::may_not_submit,     Refusal::network_not_allowed,
                               Refusal::credential_expired, Refusal::credential_revoked};

// RFC 8259 §7.  text is UTF-8, and `to` has the room: six octets for one, at the most.
void quote(std::string& to, std::string_view text) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    to += '"';
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            to += '\\';
            to += c;
        } else if (octet < 0x20 || octet == 0x7F) {
            to.append("\\u00");
            to += kDigits[octet >> 4];
            to += kDigits[octet & 15];
        } else {
            to += c;
        }
    }
    to += '"';
}

void add(std::string& to, std::string_view name, std::string_view value) {
    to += ',';
    quote(to, name);
    to += ':';
    quote(to, value);
}

// A list of texts; empty where it is not there.  nullopt: it is something else.
std::optional<std::vector<std::string>> list_of(const Json& answer, std::string_view name) {
    const auto* value = answer.find(name);
    if (!value) return std::vector<std::string>{};
    if (!value->array() || value->array()->size() > kCallOutItems) return {};
    return oauth::texts_of(*value);
}

// "example.com", "*.example.com" or "*".
bool is_pattern(std::string_view text) {
    if (text == "*") return true;
    if (text.starts_with("*.")) text.remove_prefix(2);
    constexpr std::size_t kDomainOctets = 253;
    return !text.empty() && text.size() <= kDomainOctets && !text.starts_with('.') &&
           std::ranges::all_of(
               text, [](char c) { return is_alnum(c) || c == '-' || c == '.' || c == '_'; });
}

bool is_group(std::string_view text) {
    return !text.empty() && text.size() <= kGroupOctets &&
           std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

std::optional<std::vector<identity::SendAs>> addresses_of(const Json& answer) {
    const auto texts = list_of(answer, "addresses");
    if (!texts) return {};
    std::vector<identity::SendAs> all;
    for (const auto& text : *texts) {
        auto one = identity::parse_send_as(text);
        if (!one) return {};
        all.push_back(std::move(*one));
    }
    return all;
}

Result<CheckAnswer, std::string> read_granted(const Json& answer, const Claim& claim) {
    auto account = identity::fold_account_name(oauth::text_of(answer, "account"));
    if (!account) return fail(std::string{"it grants, and names no account"});
    auto addresses = addresses_of(answer);
    if (!addresses) return fail(std::string{"its `addresses` are no list of addresses"});
    auto recipients = list_of(answer, "recipients");
    if (!recipients || !std::ranges::all_of(*recipients, is_pattern)) {
        return fail(std::string{"its `recipients` are no list of domains"});
    }
    auto groups = list_of(answer, "groups");
    if (!groups || !std::ranges::all_of(*groups, is_group)) {
        return fail(std::string{"its `groups` are no list of names"});
    }
    Login login;
    login.account = std::move(*account);
    login.authcid = claim.authcid;
    login.method = claim.method;
    login.send_as = std::move(*addresses);
    for (const auto& pattern : *recipients) login.recipient_domains.push_back(lower(pattern));
    login.groups = std::move(*groups);
    return login;
}

Result<CheckAnswer, std::string> read_refused(const Json& answer) {
    const auto reason = oauth::text_of(answer, "reason");
    const auto why =
        std::ranges::find_if(kRefusals, [&](Refusal one) { return identity::name(one) == reason; });
    if (why == kRefusals.end()) return fail(std::string{"it refuses for a reason that is none"});
    const auto account = oauth::text_of(answer, "account");
    const auto folded = identity::fold_account_name(account);
    if (!account.empty() && !folded) return fail(std::string{"it names no account"});
    return Refused{*why, folded.value_or("")};
}

}  // namespace

std::optional<Secret> call_out_question(const Claim& claim, std::string_view login,
                                        const Secret* password) {
    constexpr std::size_t kWords = 256, kWidest = 6;
    if (!is_utf8(login) || (password && !is_utf8(password->reveal()))) return {};
    std::string text;
    text.reserve(kWords + kWidest * (login.size() + claim.method.size() + claim.client.size() +
                                     claim.tls.size() + (password ? password->size() : 0)));
    text += R"({"version":1)";
    add(text, "question", password ? "check" : "look_up");
    add(text, "login", login);
    if (password) add(text, "password", password->reveal());
    add(text, "mechanism", claim.method);
    if (!claim.client.empty()) add(text, "client", claim.client);
    if (!claim.tls.empty()) add(text, "tls", claim.tls);
    text += '}';
    return Secret{std::move(text)};
}

Result<CheckAnswer, std::string> read_call_out(std::string_view json, const Claim& claim) {
    const auto answer = oauth::read_json(json, {.octets = kCallOutOctets});
    if (!answer || !answer->object()) return fail(std::string{"it is no JSON object"});
    const auto what = oauth::text_of(*answer, "answer");
    if (what == "granted") return read_granted(*answer, claim);
    if (what == "refused") return read_refused(*answer);
    return fail(std::string{"its `answer` is neither granted nor refused"});
}

}  // namespace signet::store
