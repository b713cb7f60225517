#include "sasl/scram_messages.h"

#include "base/base64.h"
#include "base/cursor.h"
#include "base/text.h"

namespace signet::sasl::scram {
namespace {

bool is_printable(char c) { return c >= 0x21 && c <= 0x7E && c != ','; }
bool is_binding_letter(char c) { return is_alnum(c) || c == '.' || c == '-'; }

// value = 1*(%x01-2B / %x2D-7F / UTF8-2 / UTF8-3 / UTF8-4): whether it is UTF-8 was seen before.
std::optional<std::string_view> take_value(Cursor& in) {
    const auto value = in.take_until(std::string_view{",\0", 2});
    if (value.empty()) return {};
    return value;
}

std::optional<std::string> decode_name(std::string_view text) {
    std::string name;
    name.reserve(text.size());
    while (!text.empty()) {
        if (text.front() != '=') {
            name += text.front();
            text.remove_prefix(1);
            continue;
        }
        const auto escape = text.substr(0, 3);
        if (escape != "=2C" && escape != "=3D") return {};
        name += escape == "=2C" ? ',' : '=';
        text.remove_prefix(escape.size());
    }
    if (name.size() > kLongestName) return {};
    return name;
}

// Words of the grammar have a case: "n=" is not "N=" (RFC 5802 §5, attributes are case-sensitive).
bool take_exactly(Cursor& in, std::string_view word) {
    if (!in.rest().starts_with(word)) return false;
    in.rewind(in.offset() + word.size());
    return true;
}

std::optional<std::string> take_name(Cursor& in, std::string_view attribute) {
    if (!take_exactly(in, attribute)) return {};
    const auto value = take_value(in);
    return value ? decode_name(*value) : std::nullopt;
}

std::optional<std::string> take_nonce(Cursor& in) {
    if (!take_exactly(in, "r=")) return {};
    const auto nonce = in.take_while(is_printable);
    if (nonce.size() < kShortestNonce) return {};
    return std::string{nonce};
}

// attr-val = ALPHA "=" value, of a letter that has no meaning yet.
bool take_extension(Cursor& in) {
    const char letter = in.peek();
    if (!is_alpha(letter) || std::string_view{"anmrcpsive"}.contains(letter)) return false;
    in.rewind(in.offset() + 1);
    return in.take('=') && take_value(in);
}

bool take_flag(Cursor& in, ClientFirst& first) {
    if (take_exactly(in, "p=")) {
        first.flag = BindingFlag::used;
        first.binding = in.take_while(is_binding_letter);
        return !first.binding.empty() && in.take(',');
    }
    const bool offered = !take_exactly(in, "y");
    first.flag = offered ? BindingFlag::not_wanted : BindingFlag::not_offered;
    return (!offered || take_exactly(in, "n")) && in.take(',');
}

bool is_readable(std::string_view message) {
    return message.size() <= kLongestMessage && is_utf8(message) && !message.contains('\0');
}

}  // namespace

std::optional<ClientFirst> parse_client_first(std::string_view message) {
    if (!is_readable(message)) return {};
    Cursor in{message};
    ClientFirst first;
    if (!take_flag(in, first)) return {};
    if (!in.take(',')) {
        auto authzid = take_name(in, "a=");
        if (!authzid || !in.take(',')) return {};
        first.authzid = std::move(*authzid);
    }
    first.gs2_header = message.substr(0, in.offset());
    first.bare = in.rest();

    auto authcid = take_name(in, "n=");
    if (!authcid || !in.take(',')) return {};
    auto nonce = take_nonce(in);
    if (!nonce || nonce->size() > kLongestNonce) return {};
    while (!in.at_end()) {
        if (!in.take(',') || !take_extension(in)) return {};
    }
    first.authcid = std::move(*authcid);
    first.nonce = std::move(*nonce);
    return first;
}

std::optional<ClientFinal> parse_client_final(std::string_view message) {
    if (!is_readable(message)) return {};
    Cursor in{message};
    if (!take_exactly(in, "c=")) return {};
    auto binding = unbase64(in.take_until(","));
    if (!binding || binding->empty() || !in.take(',')) return {};
    auto nonce = take_nonce(in);
    if (!nonce) return {};
    for (;;) {
        const auto before = in.offset();
        if (!in.take(',')) return {};
        if (take_exactly(in, "p=")) {
            auto proof = unbase64(in.rest());
            if (!proof || proof->empty()) return {};
            return ClientFinal{std::move(*binding), std::move(*nonce), std::move(*proof),
                               std::string{message.substr(0, before)}};
        }
        if (!take_extension(in)) return {};
    }
}

std::string server_first(std::string_view nonce, std::string_view salt, unsigned iterations) {
    return "r=" + std::string{nonce} + ",s=" + base64(salt) + ",i=" + std::to_string(iterations);
}

std::string server_final(std::string_view signature) { return "v=" + base64(signature); }

}  // namespace signet::sasl::scram
