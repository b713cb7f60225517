// For tests: the client's side of a SCRAM exchange, honest or not.
#pragma once

#include "crypto/digest.h"

#include <string>
#include <string_view>

namespace signet::sasl {

// ScramPlayer client{"ann", "pencil"};
// client.first() → server-first → client.last(server_first) → server-final → client.trusts(it)
class ScramPlayer {
public:
    // flag: "n", "y" or "p=<name>"; binding: the octets that go with the last.
    ScramPlayer(std::string user, std::string password, std::string flag = "n",
                std::string binding = {});

    std::string first() const;
    std::string last(std::string_view server_first);
    bool trusts(std::string_view server_final) const;

    std::string authzid{};  // "" or as it stands in the header, with "a="
    std::string nonce = "rOprNGfwEbeRWgbNEkqO";
    crypto::Hash hash = crypto::Hash::sha256;

private:
    std::string header() const;
    std::string user_, password_, flag_, binding_;
    std::string signature_;
};

}  // namespace signet::sasl
