#include "store/ldap_connection.h"

#include "base/invariant.h"
#include "base/text.h"

#include <ldap.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace signet::store {
namespace {

constexpr int kTls12 = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2;

timeval left_until(SteadyTime until) {
    const auto left = std::chrono::duration_cast<std::chrono::microseconds>(
        until - std::chrono::steady_clock::now());
    const auto span = std::max(left, std::chrono::microseconds{1'000}).count();
    return {.tv_sec = span / 1'000'000, .tv_usec = span % 1'000'000};
}

// What the server added, such as Active Directory's "data 533".
std::string diagnostic(LDAP* handle) {
    char* text = nullptr;
    ldap_get_option(handle, LDAP_OPT_DIAGNOSTIC_MESSAGE, static_cast<void*>(&text));
    std::string copy = text == nullptr ? "" : text;
    ldap_memfree(text);
    return copy;
}

LdapTrouble trouble(LDAP* handle, int code) {
    LdapTrouble made{StoreFault::unavailable, ldap_err2string(code)};
    if (code == LDAP_TIMEOUT || code == LDAP_TIMELIMIT_EXCEEDED) made.fault = StoreFault::deadline;
    if (handle != nullptr) {
        const auto more = diagnostic(handle);
        if (!more.empty()) made.detail += " (" + sanitised(more, 200) + ")";
    }
    return made;
}

// Active Directory's reasons, where the password itself was right or the account is locked:
// expired password, disabled, expired account, must change it, locked out.
bool says_disabled(const std::string& diagnostic) {
    constexpr std::array kCodes{"data 532,", "data 533,", "data 701,", "data 773,", "data 775,"};
    return std::ranges::any_of(kCodes, [&](const char* code) { return diagnostic.contains(code); });
}

int scope_of(LdapScope scope) {
    switch (scope) {
    case LdapScope::base: return LDAP_SCOPE_BASE;
    case LdapScope::one: return LDAP_SCOPE_ONELEVEL;
    case LdapScope::sub: return LDAP_SCOPE_SUBTREE;
    }
    std::unreachable();
}

struct FreeMessage {
    void operator()(LDAPMessage* message) const { ldap_msgfree(message); }
};
using Message = std::unique_ptr<LDAPMessage, FreeMessage>;

std::vector<std::string> values_of(LDAP* handle, LDAPMessage* entry, const std::string& name) {
    std::vector<std::string> values;
    berval** all = ldap_get_values_len(handle, entry, name.c_str());
    for (std::size_t i = 0; all != nullptr && all[i] != nullptr && i < kMaxLdapValues; ++i) {
        if (all[i]->bv_len <= kMaxLdapValue) values.emplace_back(all[i]->bv_val, all[i]->bv_len);
    }
    ldap_value_free_len(all);
    return values;
}

LdapEntry entry_of(LDAP* handle, LDAPMessage* message, const std::vector<std::string>& wanted) {
    LdapEntry entry;
    char* dn = ldap_get_dn(handle, message);
    if (dn != nullptr) entry.dn = dn;
    ldap_memfree(dn);
    for (const auto& name : wanted)
        entry.attributes[lower(name)] = values_of(handle, message, name);
    return entry;
}

// The names as libldap takes them; good as long as `names` and `none`.
std::vector<char*> pointers_to(std::vector<std::string>& names, std::string& none) {
    std::vector<char*> pointers;
    for (auto& name : names) pointers.push_back(name.data());
    if (pointers.empty()) pointers.push_back(none.data());
    pointers.push_back(nullptr);
    return pointers;
}

}  // namespace

struct LdapConnection::Handle {
    LDAP* ldap = nullptr;

    ~Handle() {
        if (ldap != nullptr) ldap_unbind_ext_s(ldap, nullptr, nullptr);
    }
    // For each call anew.
    void set_times(SteadyTime until) const {
        const auto left = left_until(until);
        ldap_set_option(ldap, LDAP_OPT_NETWORK_TIMEOUT, &left);
        ldap_set_option(ldap, LDAP_OPT_TIMEOUT, &left);
    }
    // false: this library cannot do what was asked, and nothing may be sent.
    bool set_tls(const LdapServer& server) const {
        const int demand = LDAP_OPT_X_TLS_DEMAND, as_client = 0;
        return ldap_set_option(ldap, LDAP_OPT_X_TLS_CACERTFILE, server.ca.c_str()) ==
                   LDAP_SUCCESS &&
               ldap_set_option(ldap, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) == LDAP_SUCCESS &&
               ldap_set_option(ldap, LDAP_OPT_X_TLS_PROTOCOL_MIN, &kTls12) == LDAP_SUCCESS &&
               ldap_set_option(ldap, LDAP_OPT_X_TLS_NEWCTX, &as_client) == LDAP_SUCCESS;
    }
};

LdapConnection::LdapConnection(std::unique_ptr<Handle> handle, std::string url)
    : handle_(std::move(handle)), url_(std::move(url)) {}
LdapConnection::LdapConnection(LdapConnection&&) noexcept = default;
LdapConnection& LdapConnection::operator=(LdapConnection&&) noexcept = default;
LdapConnection::~LdapConnection() = default;

LdapResult<LdapConnection> LdapConnection::open(const std::string& url, const LdapServer& server,
                                                SteadyTime until) {
    auto handle = std::make_unique<Handle>();
    if (const int code = ldap_initialize(&handle->ldap, url.c_str()); code != LDAP_SUCCESS) {
        return fail(LdapTrouble{StoreFault::unavailable, url + ": " + ldap_err2string(code)});
    }
    const int version = LDAP_VERSION3;
    ldap_set_option(handle->ldap, LDAP_OPT_PROTOCOL_VERSION, &version);
    ldap_set_option(handle->ldap, LDAP_OPT_REFERRALS,
                    server.referrals ? LDAP_OPT_ON : LDAP_OPT_OFF);
    ldap_set_option(handle->ldap, LDAP_OPT_RESTART, LDAP_OPT_ON);  // EINTR is no fault
    handle->set_times(until);
    const bool inside = url.starts_with("ldaps:"), upgrade = server.tls && url.starts_with("ldap:");
    if ((inside || upgrade) && !handle->set_tls(server)) {
        return fail(
            LdapTrouble{StoreFault::unavailable, url + ": TLS cannot be set up with " + server.ca});
    }
    int code = ldap_connect(handle->ldap);
    if (code == LDAP_SUCCESS && upgrade) code = ldap_start_tls_s(handle->ldap, nullptr, nullptr);
    if (code != LDAP_SUCCESS) {
        auto made = trouble(handle->ldap, code);
        made.detail = url + ": " + made.detail;
        return fail(std::move(made));
    }
    return LdapConnection{std::move(handle), url};
}

LdapResult<LdapBind> LdapConnection::bind(const std::string& dn, const Secret& password,
                                          SteadyTime until) {
    INVARIANT(dn.empty() || !password.empty(), "no name is bound without a password");
    handle_->set_times(until);
    auto octets = password.clone();
    berval secret{octets.size(), const_cast<char*>(octets.reveal().data())};
    const int code = ldap_sasl_bind_s(handle_->ldap, dn.c_str(), LDAP_SASL_SIMPLE, &secret, nullptr,
                                      nullptr, nullptr);
    switch (code) {
    case LDAP_SUCCESS: return LdapBind::right;
    case LDAP_INVALID_CREDENTIALS:
        return says_disabled(diagnostic(handle_->ldap)) ? LdapBind::disabled : LdapBind::wrong;
    case LDAP_INAPPROPRIATE_AUTH:
    case LDAP_NO_SUCH_OBJECT: return LdapBind::wrong;
    // 389 Directory Server's word for nsAccountLock; OpenLDAP's for a frozen account.
    case LDAP_UNWILLING_TO_PERFORM:
    case LDAP_CONSTRAINT_VIOLATION: return LdapBind::disabled;
    default: return fail(trouble(handle_->ldap, code));
    }
}

LdapResult<std::vector<LdapEntry>> LdapConnection::search(const LdapSearch& search,
                                                          SteadyTime until) {
    handle_->set_times(until);
    auto wanted = search.attributes;
    std::string none{LDAP_NO_ATTRS};
    auto names = pointers_to(wanted, none);
    auto left = left_until(until);
    LDAPMessage* raw = nullptr;
    const int code = ldap_search_ext_s(handle_->ldap, search.base.c_str(), scope_of(search.scope),
                                       search.filter.c_str(), names.data(), 0, nullptr, nullptr,
                                       &left, search.limit, &raw);
    const Message answer{raw};
    if (code == LDAP_NO_SUCH_OBJECT) return std::vector<LdapEntry>{};
    if (code != LDAP_SUCCESS && code != LDAP_SIZELIMIT_EXCEEDED) {
        return fail(trouble(handle_->ldap, code));
    }
    std::vector<LdapEntry> entries;
    for (auto* entry = ldap_first_entry(handle_->ldap, answer.get()); entry != nullptr;
         entry = ldap_next_entry(handle_->ldap, entry)) {
        entries.push_back(entry_of(handle_->ldap, entry, wanted));
    }
    return entries;
}

namespace {

// What a page came with for the next one.
class Cookie {
public:
    ~Cookie() { ldap_memfree(octets_.bv_val); }
    Cookie() = default;
    Cookie(const Cookie&) = delete;
    Cookie& operator=(const Cookie&) = delete;

    bool more() const { return octets_.bv_val != nullptr && octets_.bv_len > 0; }
    // null: no memory.
    LDAPControl* control(LDAP* handle) {
        LDAPControl* made = nullptr;
        // Critical: a server without pages must say so, and not send a part as if it were all.
        ldap_create_page_control(handle, LdapConnection::kPage,
                                 octets_.bv_val == nullptr ? nullptr : &octets_, 1, &made);
        return made;
    }
    // The result of a page.  Its code.
    int take(LDAP* handle, LDAPMessage* result) {
        int code = LDAP_OTHER;
        LDAPControl** controls = nullptr;
        const int parsed =
            ldap_parse_result(handle, result, &code, nullptr, nullptr, nullptr, &controls, 0);
        if (parsed != LDAP_SUCCESS) return parsed;
        ldap_memfree(octets_.bv_val);
        octets_ = {};
        auto* page = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, nullptr);
        ber_int_t estimate = 0;
        if (code == LDAP_SUCCESS) {
            code = page == nullptr
                       ? LDAP_CONTROL_NOT_FOUND
                       : ldap_parse_pageresponse_control(handle, page, &estimate, &octets_);
        }
        ldap_controls_free(controls);
        return code;
    }

private:
    berval octets_{};
};

}  // namespace

LdapResult<LdapListing> LdapConnection::list(const LdapSearch& search, std::size_t most,
                                             SteadyTime until) {
    auto wanted = search.attributes;
    std::string none{LDAP_NO_ATTRS};
    auto names = pointers_to(wanted, none);
    LdapListing listing;
    Cookie cookie;
    do {
        handle_->set_times(until);
        auto left = left_until(until);
        auto* paging = cookie.control(handle_->ldap);
        if (paging == nullptr) return fail(trouble(handle_->ldap, LDAP_NO_MEMORY));
        std::array<LDAPControl*, 2> controls{paging, nullptr};
        LDAPMessage* raw = nullptr;
        const int searched = ldap_search_ext_s(
            handle_->ldap, search.base.c_str(), scope_of(search.scope), search.filter.c_str(),
            names.data(), 0, controls.data(), nullptr, &left, LDAP_NO_LIMIT, &raw);
        const Message answer{raw};
        ldap_control_free(paging);
        if (searched != LDAP_SUCCESS) return fail(trouble(handle_->ldap, searched));
        for (auto* one = ldap_first_message(handle_->ldap, answer.get()); one != nullptr;
             one = ldap_next_message(handle_->ldap, one)) {
            switch (ldap_msgtype(one)) {
            case LDAP_RES_SEARCH_ENTRY:
                listing.entries.push_back(entry_of(handle_->ldap, one, wanted));
                break;
            case LDAP_RES_SEARCH_REFERENCE: ++listing.referrals; break;
            case LDAP_RES_SEARCH_RESULT:
                if (const int code = cookie.take(handle_->ldap, one); code != LDAP_SUCCESS) {
                    return fail(trouble(handle_->ldap, code));
                }
                break;
            default: break;
            }
        }
        if (listing.entries.size() > most) {
            return fail(LdapTrouble{StoreFault::unavailable,
                                    "there are over " + std::to_string(most) + " entries"});
        }
    } while (cookie.more());
    return listing;
}

std::string normal_dn(const std::string& dn) {
    LDAPDN parsed = nullptr;
    if (ldap_str2dn(dn.c_str(), &parsed, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS) return lower(dn);
    char* text = nullptr;
    const int made = ldap_dn2str(parsed, &text, LDAP_DN_FORMAT_LDAPV3);
    ldap_dnfree(parsed);
    std::string normal = made == LDAP_SUCCESS ? lower(text) : lower(dn);
    ldap_memfree(text);
    return normal;
}

LdapResult<bool> LdapConnection::compare(const std::string& dn, const std::string& attribute,
                                         const Secret& value, SteadyTime until) {
    handle_->set_times(until);
    auto octets = value.clone();
    berval asserted{octets.size(), const_cast<char*>(octets.reveal().data())};
    const int code = ldap_compare_ext_s(handle_->ldap, dn.c_str(), attribute.c_str(), &asserted,
                                        nullptr, nullptr);
    switch (code) {
    case LDAP_COMPARE_TRUE: return true;
    case LDAP_COMPARE_FALSE:
    case LDAP_NO_SUCH_ATTRIBUTE:
    case LDAP_NO_SUCH_OBJECT: return false;
    default: return fail(trouble(handle_->ldap, code));
    }
}

}  // namespace signet::store
