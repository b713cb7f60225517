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
    // What is longer is not read, let alone kept.
    void set_bound() const {
        Sockbuf* socket = nullptr;
        ldap_get_option(ldap, LDAP_OPT_SOCKBUF, static_cast<void*>(&socket));
        ber_len_t most = kMaxLdapMessage;
        if (socket != nullptr) ber_sockbuf_ctrl(socket, LBER_SB_OPT_SET_MAX_INCOMING, &most);
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
    handle->set_bound();
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

std::size_t octets_of(const LdapEntry& entry) {
    auto octets = entry.dn.size();
    for (const auto& [name, values] : entry.attributes) {
        for (const auto& value : values) octets += value.size();
    }
    return octets;
}

LdapTrouble refused(std::string why) { return {StoreFault::unavailable, std::move(why)}; }

// A search, page by page.  Messages are taken one by one: the library would gather a page that has
// no end.
class Pages {
public:
    Pages(LDAP* ldap, const LdapSearch& search, LdapBounds most, SteadyTime until)
        : ldap_(ldap),
          search_(search),
          most_(most),
          until_(until),
          wanted_(search.attributes),
          names_(pointers_to(wanted_, none_)) {}

    bool more() const { return cookie_.more(); }
    LdapListing take() { return std::move(listing_); }

    LdapResult<void> next() {
        const auto asked = ask();
        if (!asked) return fail(asked.error());
        for (std::size_t found = 0;;) {
            auto message = wait_for(*asked);
            if (!message) return fail(std::move(message.error()));
            switch (ldap_msgtype(message->get())) {
            case LDAP_RES_SEARCH_ENTRY:
                if (++found > LdapConnection::kPage) {
                    return fail(refused("a page of more than " +
                                        std::to_string(LdapConnection::kPage) + " entries"));
                }
                if (auto kept = keep(message->get()); !kept) return kept;
                break;
            case LDAP_RES_SEARCH_REFERENCE: ++listing_.referrals; break;
            case LDAP_RES_SEARCH_RESULT:
                if (const int code = cookie_.take(ldap_, message->get()); code != LDAP_SUCCESS) {
                    return fail(trouble(ldap_, code));
                }
                if (found > 0 || !more()) return {};
                return fail(refused("a page without an entry, and more to come"));
            default: break;
            }
        }
    }

private:
    // The id of the search.
    LdapResult<int> ask() {
        auto* paging = cookie_.control(ldap_);
        if (paging == nullptr) return fail(trouble(ldap_, LDAP_NO_MEMORY));
        std::array<LDAPControl*, 2> controls{paging, nullptr};
        auto left = left_until(until_);
        int id = 0;
        const int code = ldap_search_ext(ldap_, search_.base.c_str(), scope_of(search_.scope),
                                         search_.filter.c_str(), names_.data(), 0, controls.data(),
                                         nullptr, &left, LDAP_NO_LIMIT, &id);
        ldap_control_free(paging);
        if (code != LDAP_SUCCESS) return fail(trouble(ldap_, code));
        return id;
    }
    LdapResult<Message> wait_for(int id) const {
        if (std::chrono::steady_clock::now() >= until_) return fail(trouble(nullptr, LDAP_TIMEOUT));
        auto left = left_until(until_);
        LDAPMessage* raw = nullptr;
        const int type = ldap_result(ldap_, id, LDAP_MSG_ONE, &left, &raw);
        if (type > 0) return Message{raw};
        if (type == 0) return fail(trouble(nullptr, LDAP_TIMEOUT));
        int code = LDAP_OTHER;
        ldap_get_option(ldap_, LDAP_OPT_RESULT_CODE, &code);
        return fail(trouble(ldap_, code));
    }
    LdapResult<void> keep(LDAPMessage* message) {
        auto entry = entry_of(ldap_, message, wanted_);
        octets_ += octets_of(entry);
        listing_.entries.push_back(std::move(entry));
        if (listing_.entries.size() > most_.entries) {
            return fail(refused("there are over " + std::to_string(most_.entries) + " entries"));
        }
        if (octets_ > most_.octets) {
            return fail(
                refused("the entries have over " + std::to_string(most_.octets) + " octets"));
        }
        return {};
    }

    LDAP* const ldap_;
    const LdapSearch& search_;
    const LdapBounds most_;
    const SteadyTime until_;
    std::vector<std::string> wanted_;
    std::string none_{LDAP_NO_ATTRS};
    std::vector<char*> names_;  // of them
    LdapListing listing_;
    std::size_t octets_ = 0;
    Cookie cookie_;
};

}  // namespace

LdapResult<LdapListing> LdapConnection::list(const LdapSearch& search, LdapBounds most,
                                             SteadyTime until) {
    Pages pages{handle_->ldap, search, most, until};
    do {
        handle_->set_times(until);
        if (auto read = pages.next(); !read) return fail(std::move(read.error()));
    } while (pages.more());
    return pages.take();
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
