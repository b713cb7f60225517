#include "admin/request.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace signet::admin {
namespace {

namespace json = boost::json;

// What the parser makes of a line lies here, and is wiped with it: a password may be among it.
class WipedMemory {
public:
    json::storage_ptr storage() { return &resource_; }
    ~WipedMemory() { wipe(octets_.data(), octets_.size()); }

private:
    // A value takes a few times the room of its text.
    std::vector<unsigned char> octets_ = std::vector<unsigned char>(16 * kMaxRequestOctets);
    json::static_resource resource_{octets_.data(), octets_.size()};
};

bool take_list(const json::array& array, std::vector<std::string>& list) {
    for (const auto& item : array) {
        const auto* text = item.if_string();
        if (!text) return false;
        list.emplace_back(*text);
    }
    return true;
}

// Where a parameter is kept that nobody may see; null: any other.
std::optional<Secret>* secret_of(std::string_view name, Request& request) {
    if (name == "password") return &request.password;
    return name == "token" ? &request.token : nullptr;
}

bool take(std::string_view name, const json::value& value, Request& request) {
    const std::string key{name};
    if (const auto* text = value.if_string()) {
        if (auto* secret = secret_of(name, request))
            *secret = Secret::copy_of(*text);
        else
            request.texts[key] = std::string{*text};
        return true;
    }
    if (secret_of(name, request)) return false;
    if (const auto* flag = value.if_bool()) {
        request.flags[key] = *flag;
        return true;
    }
    if (const auto* array = value.if_array()) return take_list(*array, request.lists[key]);
    if (value.is_int64() && value.get_int64() >= 0) {
        request.numbers[key] = static_cast<std::uint64_t>(value.get_int64());
        return true;
    }
    return false;
}

Result<Request, std::string> read(const json::value& value) {
    const auto* object = value.if_object();
    if (!object) return fail(std::string{"a request is a JSON object"});
    Request request;
    for (const auto& member : *object) {
        if (member.key() == "method" && member.value().is_string()) {
            request.method = std::string{member.value().get_string()};
        } else if (member.key() == "parameters" && member.value().is_object()) {
            for (const auto& parameter : member.value().get_object()) {
                if (!take(parameter.key(), parameter.value(), request)) {
                    return fail(std::string{"a parameter has the wrong type"});
                }
            }
        } else {
            return fail(std::string{"a request has a method and parameters, and nothing else"});
        }
    }
    if (request.method.empty()) return fail(std::string{"a request needs a method"});
    return request;
}

}  // namespace

std::string Request::text(std::string_view name) const {
    const auto found = texts.find(name);
    return found == texts.end() ? std::string{} : found->second;
}

const std::vector<std::string>* Request::list(std::string_view name) const {
    const auto found = lists.find(name);
    return found == lists.end() ? nullptr : &found->second;
}

std::optional<bool> Request::flag(std::string_view name) const {
    const auto found = flags.find(name);
    if (found == flags.end()) return {};
    return found->second;
}

std::optional<std::uint64_t> Request::number(std::string_view name) const {
    const auto found = numbers.find(name);
    if (found == numbers.end()) return {};
    return found->second;
}

std::string Request::unknown_parameter(std::span<const std::string_view> known) const {
    const auto is_known = [&](std::string_view name) {
        return std::ranges::find(known, name) != known.end();
    };
    if (password && !is_known("password")) return "password";
    if (token && !is_known("token")) return "token";
    for (const auto& [name, value] : texts) {
        if (!is_known(name)) return name;
    }
    for (const auto& [name, value] : lists) {
        if (!is_known(name)) return name;
    }
    for (const auto& [name, value] : flags) {
        if (!is_known(name)) return name;
    }
    for (const auto& [name, value] : numbers) {
        if (!is_known(name)) return name;
    }
    return {};
}

Result<Request, std::string> parse_request(std::string_view line) {
    if (line.size() > kMaxRequestOctets) return fail(std::string{"the request is too long"});
    WipedMemory memory;
    try {
        json::error_code error;
        const auto value = json::parse(line, error, memory.storage());
        if (error) return fail(std::string{"the request is not JSON"});
        return read(value);
    } catch (const std::bad_alloc&) {
        return fail(std::string{"the request is too long"});
    }
}

}  // namespace signet::admin
