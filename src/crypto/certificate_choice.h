// Which of several certificates a client sees that asks for a name (SNI, RFC 6066 §3).
//
// The first certificate is the default: for a client that asks for no name, or for one that none of
// them has.  Certificates for the same name with different kinds of key (ECDSA beside RSA) form a
// set, from which the client takes what it can use.  Of two with the same kind the first is taken.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace signet::crypto {

// Shape: names in lower case, A-labels, "*.example.com" for a wildcard (RFC 9525 §6.3).
struct Candidate {
    std::vector<std::string> names;
    std::string key_kind;  // "ECDSA", "RSA", …
};

// Nothing is kept of what clients ask for.  Safe for concurrent use once made.
class CertificateChoice {
public:
    using Set = std::vector<std::size_t>;  // indices of candidates, one for each kind of key

    // REQUIRES: at least one.
    explicit CertificateChoice(std::span<const Candidate> candidates);

    std::span<const Set> sets() const { return sets_; }  // the first is the default
    // The set for what a client asks for: exactly, then by a wildcard for its first label.  In any
    // case, with or without a last dot; of any length and with any octets in it.
    std::size_t find(std::string_view name) const;

    // Whom no client would ever see: others have all its names and its kind of key.
    std::vector<std::size_t> never_shown() const;
    // Names for which an earlier certificate with the same kind of key is shown instead.
    struct Shadowed {
        std::size_t candidate, by;
        std::string name;
    };
    const std::vector<Shadowed>& shadowed() const { return shadowed_; }

private:
    std::size_t candidates_;
    std::vector<Set> sets_;
    std::unordered_map<std::string, std::size_t> by_name_;
    std::vector<Shadowed> shadowed_;
};

}  // namespace signet::crypto
