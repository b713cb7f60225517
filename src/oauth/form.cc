#include "oauth/form.h"

#include "base/base64.h"
#include "base/text.h"

namespace signet::oauth {

std::string form_encode(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string encoded;
    encoded.reserve(3 * text.size());  // so that a secret is in one place
    for (const char c : text) {
        const auto octet = static_cast<unsigned char>(c);
        if (is_alnum(c) || std::string_view{"*-._"}.contains(c)) {
            encoded += c;
        } else if (c == ' ') {
            encoded += '+';
        } else {
            encoded += '%';
            encoded += kDigits[octet >> 4];
            encoded += kDigits[octet & 15];
        }
    }
    return encoded;
}

Secret form(std::span<const std::pair<std::string_view, std::string_view>> fields) {
    std::size_t most = 0;
    for (const auto& [name, value] : fields) most += 3 * (name.size() + value.size()) + 2;
    std::string text;
    text.reserve(most);
    for (const auto& [name, value] : fields) {
        if (!text.empty()) text += '&';
        const Secret encoded{form_encode(value)};
        text.append(form_encode(name)).append("=").append(encoded.reveal());
    }
    return Secret{std::move(text)};
}

Secret basic_authorization(std::string_view client_id, std::string_view client_secret) {
    const Secret secret{form_encode(client_secret)};
    auto pair = form_encode(client_id);
    pair.reserve(pair.size() + 1 + secret.size());
    pair.append(":").append(secret.reveal());
    const Secret both{std::move(pair)};
    const Secret encoded{base64(both.reveal())};
    std::string value;
    value.reserve(6 + encoded.size());
    value.append("Basic ").append(encoded.reveal());
    return Secret{std::move(value)};
}

}  // namespace signet::oauth
