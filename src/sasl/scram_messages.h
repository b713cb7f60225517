// The messages of SCRAM (RFC 5802 §7), strictly: what two programs may read differently is refused.
//
//   client-first-message = gs2-header client-first-message-bare
//   gs2-header           = gs2-cbind-flag "," [authzid] ","
//   gs2-cbind-flag       = ("p=" cb-name) / "n" / "y"
//   authzid              = "a=" saslname
//   saslname             = 1*(value-safe-char / "=2C" / "=3D")
//   client-first-message-bare = [reserved-mext ","] "n=" saslname "," "r=" c-nonce ["," extensions]
//   server-first-message = [reserved-mext ","] "r=" c-nonce s-nonce "," "s=" salt ","
//                          "i=" iteration-count ["," extensions]
//   client-final-message = client-final-message-without-proof "," "p=" base64
//   client-final-message-without-proof = "c=" base64 "," "r=" c-nonce s-nonce ["," extensions]
//   server-final-message = ("e=" server-error-value / "v=" base64) ["," extensions]
//
// An extension that we do not know is passed over, as §5.1 asks; "m=", which says that it must not
// be, is refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace signet::sasl::scram {

inline constexpr std::size_t kLongestMessage = 4'096;  // octets; of either side
inline constexpr std::size_t kLongestName = 255;       // octets, decoded
inline constexpr std::size_t kShortestNonce = 8, kLongestNonce = 256;

enum class BindingFlag {
    not_wanted,   // "n": the client cannot bind
    not_offered,  // "y": it could, and thinks that we cannot
    used,         // "p=…"
};

struct ClientFirst {
    BindingFlag flag{};
    std::string binding;           // cb-name, as the client wrote it; empty unless used
    std::string gs2_header, bare;  // as sent: together the whole message
    std::string authzid, authcid;  // decoded; authzid may be empty
    std::string nonce;             // printable ASCII without ","
};
std::optional<ClientFirst> parse_client_first(std::string_view message);

struct ClientFinal {
    std::string binding_input;  // of "c=", base 64 removed: gs2-header and binding data
    std::string nonce;
    std::string proof;          // base 64 removed
    std::string without_proof;  // as sent
};
std::optional<ClientFinal> parse_client_final(std::string_view message);

// saslname (RFC 5801 §4), of which the escapes are taken away; nullopt: another "=", or too long.
std::optional<std::string> decode_name(std::string_view text);

std::string server_first(std::string_view nonce, std::string_view salt, unsigned iterations);
std::string server_final(std::string_view signature);

// What a client says, and what it hears.
std::string gs2_header(BindingFlag flag, std::string_view binding);
std::string client_first_bare(std::string_view authcid, std::string_view nonce);
std::string without_proof(std::string_view binding_input, std::string_view nonce);
std::string client_final(std::string_view without_proof, std::string_view proof);

struct ServerFirst {
    std::string nonce, salt;  // the salt without base 64; neither is empty
    std::uint64_t iterations = 0;
};
std::optional<ServerFirst> parse_server_first(std::string_view message);

struct ServerFinal {
    std::string signature;  // base 64 removed; empty: an error instead
};
std::optional<ServerFinal> parse_server_final(std::string_view message);

}  // namespace signet::sasl::scram
