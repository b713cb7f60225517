#include "identity/staff_scim.h"

#include <boost/json.hpp>

#include <optional>
#include <utility>
#include <vector>

namespace signet::identity {
namespace {

namespace json = boost::json;

std::optional<std::string> name_in(const json::object& object, std::string_view member) {
    const auto* value = object.if_contains(member);
    const auto* text = value ? value->if_string() : nullptr;
    if (text == nullptr) return {};
    return fold_account_name(std::string_view{*text});
}

// RFC 7643 §4.1.1: `active` may be left out, and is true then.
bool is_active(const json::object& user) {
    const auto* value = user.if_contains("active");
    const auto* flag = value ? value->if_bool() : nullptr;
    return flag == nullptr || *flag;
}

// false: nothing of it names an account.
bool add_user(const json::object& user, Staff& staff) {
    bool named = false;
    const auto add = [&](std::optional<std::string> name) {
        if (!name) return;
        staff.insert(std::move(*name));
        named = true;
    };
    add(name_in(user, "userName"));
    const auto* emails = user.if_contains("emails");
    if (emails != nullptr && emails->is_array()) {
        for (const auto& email : emails->get_array()) {
            if (const auto* object = email.if_object()) add(name_in(*object, "value"));
        }
    }
    return named;
}

struct Page {
    std::uint64_t total = 0;
    const json::array* users = nullptr;  // null: there are none
};

std::optional<Page> page_of(const json::value& value) {
    const auto* object = value.if_object();
    const auto* total = object ? object->if_contains("totalResults") : nullptr;
    if (total == nullptr || !total->is_int64() || total->get_int64() < 0) return {};
    Page page{.total = static_cast<std::uint64_t>(total->get_int64())};
    if (const auto* users = object->if_contains("Resources")) page.users = users->if_array();
    return page;
}

std::string counted(std::uint64_t number) { return std::to_string(number); }

}  // namespace

Result<Staff, std::string> parse_scim_users(std::string_view text) {
    boost::system::error_code failed;
    const auto value = json::parse(text, failed);
    if (failed) return fail("the list is no JSON: " + failed.message());
    const auto pages = value.is_array() ? value.get_array() : json::array{value};
    Staff staff;
    std::uint64_t seen = 0;
    std::optional<std::uint64_t> total;
    for (const auto& one : pages) {
        const auto page = page_of(one);
        if (!page) return fail(std::string{"the list is no ListResponse of SCIM 2.0"});
        if (total.value_or(page->total) != page->total) {
            return fail(std::string{"the pages of the list are of different lists"});
        }
        total = page->total;
        for (const auto& user : page->users ? *page->users : json::array{}) {
            ++seen;
            const auto* object = user.if_object();
            if (object == nullptr || (is_active(*object) && !add_user(*object, staff))) {
                return fail("person " + counted(seen) +
                            " of the list has no name of an account and no address");
            }
        }
    }
    if (seen == total.value_or(0)) return staff;
    return fail("the list holds " + counted(seen) + " of the " + counted(total.value_or(0)) +
                " people that it tells of: it is a part of it");
}

}  // namespace signet::identity
