#include "store/pam_protocol.h"

#include <initializer_list>

namespace signet::store {
namespace {

// In room that never moves: a field may be a password.
void add_field(std::string& message, std::string_view field) {
    const auto size = static_cast<std::uint16_t>(field.size());
    message += static_cast<char>(size >> 8);
    message += static_cast<char>(size & 0xFF);
    message += field;
}

std::string fields_of(std::initializer_list<std::string_view> fields, char head) {
    std::size_t room = 1;
    for (const auto field : fields) room += 2 + field.size();
    std::string message;
    message.reserve(room);
    message += head;
    for (const auto field : fields) add_field(message, field);
    return message;
}

std::optional<std::string_view> take_field(std::string_view& rest) {
    if (rest.size() < 2) return {};
    const auto size = static_cast<std::size_t>(static_cast<unsigned char>(rest[0])) << 8 |
                      static_cast<unsigned char>(rest[1]);
    rest.remove_prefix(2);
    if (size > rest.size() || size > kMaxPamField) return {};
    const auto field = rest.substr(0, size);
    rest.remove_prefix(size);
    return field;
}

constexpr char kAuthenticate = 'A', kAccount = 'C';

}  // namespace

Secret encode(const PamRequest& request) {
    return Secret{fields_of({request.service, request.directory, request.user, request.client,
                             request.password.reveal()},
                            request.authenticate ? kAuthenticate : kAccount)};
}

std::string encode(const PamReply& reply) {
    return fields_of({reply.user, reply.detail}, static_cast<char>(reply.verdict));
}

std::optional<PamRequest> decode_pam_request(std::string_view message) {
    if (message.empty() || message.size() > kMaxPamMessage) return {};
    if (message[0] != kAuthenticate && message[0] != kAccount) return {};
    PamRequest request;
    request.authenticate = message[0] == kAuthenticate;
    message.remove_prefix(1);
    for (auto* text : {&request.service, &request.directory, &request.user, &request.client}) {
        const auto field = take_field(message);
        // PAM's texts end at a NUL.
        if (!field || field->contains('\0')) return {};
        *text = *field;
    }
    const auto password = take_field(message);
    if (!password || password->contains('\0') || !message.empty()) return {};
    request.password = Secret::copy_of(*password);
    return request;
}

std::optional<PamReply> decode_pam_reply(std::string_view message) {
    if (message.empty() || message.size() > kMaxPamMessage) return {};
    const auto verdict = static_cast<unsigned char>(message[0]);
    if (verdict > static_cast<unsigned char>(PamVerdict::unavailable)) return {};
    message.remove_prefix(1);
    const auto user = take_field(message);
    const auto detail = user ? take_field(message) : std::nullopt;
    if (!detail || !message.empty()) return {};
    return PamReply{static_cast<PamVerdict>(verdict), std::string{*user}, std::string{*detail}};
}

}  // namespace signet::store
