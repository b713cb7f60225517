#include "oauth/json.h"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>

namespace signet::oauth {
namespace {

namespace json = boost::json;

std::string text_from(json::string_view text) { return {text.data(), text.size()}; }

// Builds the tree while Boost.JSON reads, so that each name is seen before it is lost.  An answer
// of `false` ends the reading.
class Builder {
public:
    static constexpr std::size_t max_object_size = std::size_t(-1);  // the octets bound them
    static constexpr std::size_t max_array_size = std::size_t(-1);
    static constexpr std::size_t max_key_size = std::size_t(-1);
    static constexpr std::size_t max_string_size = std::size_t(-1);

    explicit Builder(const JsonLimits& limits) : left_(limits.values) {}

    std::optional<JsonFault> fault;
    Json root;

    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }
    bool on_object_begin(json::error_code& ec) { return open(Json::Object{}, ec); }
    bool on_array_begin(json::error_code& ec) { return open(Json::Array{}, ec); }
    bool on_object_end(std::size_t, json::error_code& ec) {
        auto members = std::move(open_.back().members);
        std::vector<std::string_view> names;
        for (const auto& member : members) names.push_back(member.first);
        std::ranges::sort(names);
        if (std::ranges::adjacent_find(names) != names.end()) {
            return stop(JsonFault::duplicate_name, ec);
        }
        open_.pop_back();
        return put(Json{std::move(members)}, ec);
    }
    bool on_array_end(std::size_t, json::error_code& ec) {
        auto elements = std::move(open_.back().elements);
        open_.pop_back();
        return put(Json{std::move(elements)}, ec);
    }
    bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
        text_ += text_from(part);
        return true;
    }
    bool on_key(json::string_view part, std::size_t, json::error_code&) {
        open_.back().name = std::exchange(text_, {}) + text_from(part);
        return true;
    }
    bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
        text_ += text_from(part);
        return true;
    }
    bool on_string(json::string_view part, std::size_t, json::error_code& ec) {
        return put(Json{std::exchange(text_, {}) + text_from(part)}, ec);
    }
    bool on_number_part(json::string_view, json::error_code&) { return true; }
    bool on_int64(std::int64_t value, json::string_view, json::error_code& ec) {
        return put(Json{value}, ec);
    }
    bool on_uint64(std::uint64_t, json::string_view, json::error_code& ec) {
        return put(Json{Json::Fraction{}}, ec);  // only what int64 does not hold comes here
    }
    bool on_double(double, json::string_view, json::error_code& ec) {
        return put(Json{Json::Fraction{}}, ec);
    }
    bool on_bool(bool value, json::error_code& ec) { return put(Json{value}, ec); }
    bool on_null(json::error_code& ec) { return put(Json{}, ec); }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }

private:
    struct Level {
        bool is_object = false;
        std::string name = {};  // of the member that comes next
        Json::Object members = {};
        Json::Array elements = {};
    };

    bool stop(JsonFault why, json::error_code& ec) {
        fault = why;
        ec = json::error::syntax;
        return false;
    }
    bool count(json::error_code& ec) {
        if (left_ == 0) return stop(JsonFault::too_large, ec);
        --left_;
        return true;
    }
    bool open(const Json::Object&, json::error_code& ec) {
        open_.push_back({.is_object = true});
        return count(ec);
    }
    bool open(const Json::Array&, json::error_code& ec) {
        open_.push_back({});
        return count(ec);
    }
    bool put(Json value, json::error_code& ec) {
        if (open_.empty()) {
            root = std::move(value);
            return true;
        }
        auto& level = open_.back();
        if (level.is_object) {
            level.members.emplace_back(std::move(level.name), std::move(value));
        } else {
            level.elements.push_back(std::move(value));
        }
        return count(ec);
    }

    std::size_t left_;
    std::vector<Level> open_;
    std::string text_;
};

}  // namespace

std::string_view name(JsonFault fault) {
    switch (fault) {
    case JsonFault::malformed: return "malformed";
    case JsonFault::duplicate_name: return "duplicate_name";
    case JsonFault::too_large: return "too_large";
    case JsonFault::too_deep: return "too_deep";
    }
    std::unreachable();
}

std::optional<std::int64_t> Json::integer() const {
    const auto* value = std::get_if<std::int64_t>(&value_);
    return value ? std::optional{*value} : std::nullopt;
}

std::optional<bool> Json::boolean() const {
    const auto* value = std::get_if<bool>(&value_);
    return value ? std::optional{*value} : std::nullopt;
}

const Json* Json::find(std::string_view name) const {
    const auto* members = object();
    if (!members) return nullptr;
    const auto found = std::ranges::find(*members, name, &Object::value_type::first);
    return found == members->end() ? nullptr : &found->second;
}

Result<Json, JsonFault> read_json(std::string_view text, const JsonLimits& limits) {
    if (text.size() > limits.octets) return fail(JsonFault::too_large);
    json::parse_options options;
    options.max_depth = limits.depth;
    json::basic_parser<Builder> parser{options, limits};
    json::error_code ec;
    const auto read = parser.write_some(false, text.data(), text.size(), ec);
    auto& builder = parser.handler();
    if (builder.fault) return fail(*builder.fault);
    if (ec == json::error::too_deep) return fail(JsonFault::too_deep);
    if (ec || read != text.size() || !parser.done()) return fail(JsonFault::malformed);
    return std::move(builder.root);
}

std::string text_of(const Json& object, std::string_view name) {
    const auto* member = object.find(name);
    const auto* text = member ? member->text() : nullptr;
    return text ? *text : std::string{};
}

std::optional<std::vector<std::string>> texts_of(const Json& value) {
    if (const auto* text = value.text()) return std::vector{*text};
    const auto* elements = value.array();
    if (!elements) return {};
    std::vector<std::string> texts;
    for (const auto& element : *elements) {
        if (!element.text()) return {};
        texts.push_back(*element.text());
    }
    return texts;
}

}  // namespace signet::oauth
