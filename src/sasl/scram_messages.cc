#include "sasl/scram_messages.h"

#include "base/base64.h"
#include "base/cursor.h"
#include "base/text.h"

#include <utility>

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

}  // namespace

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

namespace {

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

bool take_extensions(Cursor& in) {
    while (!in.at_end()) {
        if (!in.take(',') || !take_extension(in)) return false;
    }
    return true;
}

// posit-number = %x31-39 *DIGIT
std::optional<std::uint64_t> take_iterations(Cursor& in) {
    if (!take_exactly(in, "i=")) return {};
    const auto digits = in.take_while(is_digit);
    if (digits.starts_with('0')) return {};
    return parse_unsigned(digits);
}

// saslname: "," and "=" have a meaning in these messages.
std::string encode_name(std::string_view name) {
    std::string text;
    text.reserve(name.size());
    for (const char c : name) {
        if (c == ',')
            text += "=2C";
        else if (c == '=')
            text += "=3D";
        else
            text += c;
    }
    return text;
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
    if (!take_extensions(in)) return {};
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

std::string gs2_header(BindingFlag flag, std::string_view binding) {
    switch (flag) {
    case BindingFlag::not_wanted: return "n,,";
    case BindingFlag::not_offered: return "y,,";
    case BindingFlag::used: return "p=" + std::string{binding} + ",,";
    }
    std::unreachable();
}

std::string client_first_bare(std::string_view authcid, std::string_view nonce) {
    return "n=" + encode_name(authcid) + ",r=" + std::string{nonce};
}

std::string without_proof(std::string_view binding_input, std::string_view nonce) {
    return "c=" + base64(binding_input) + ",r=" + std::string{nonce};
}

std::string client_final(std::string_view without_proof, std::string_view proof) {
    return std::string{without_proof} + ",p=" + base64(proof);
}

std::optional<ServerFirst> parse_server_first(std::string_view message) {
    if (!is_readable(message)) return {};
    Cursor in{message};
    auto nonce = take_nonce(in);
    if (!nonce || !in.take(',') || !take_exactly(in, "s=")) return {};
    auto salt = unbase64(in.take_until(","));
    if (!salt || salt->empty() || !in.take(',')) return {};
    const auto iterations = take_iterations(in);
    if (!iterations || !take_extensions(in)) return {};
    return ServerFirst{std::move(*nonce), std::move(*salt), *iterations};
}

std::optional<ServerFinal> parse_server_final(std::string_view message) {
    if (!is_readable(message)) return {};
    Cursor in{message};
    if (take_exactly(in, "e=")) {
        if (!take_value(in) || !take_extensions(in)) return {};
        return ServerFinal{};
    }
    if (!take_exactly(in, "v=")) return {};
    auto signature = unbase64(in.take_until(","));
    if (!signature || signature->empty() || !take_extensions(in)) return {};
    return ServerFinal{std::move(*signature)};
}

}  // namespace signet::sasl::scram
