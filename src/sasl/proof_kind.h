// What a proof is computed with, and so what an account must keep to have one checked.
#pragma once

#include "crypto/digest.h"

#include <optional>
#include <span>
#include <string_view>

namespace signet::sasl {

// To add one: its line here and in proof_kind.cc, and its verifier (identity/verifier.h).
enum class ProofKind {
    scram_sha512,
    scram_sha256,
    scram_sha1,
    cram_md5,
};
std::span<const ProofKind> proof_kinds();  // all of them, strongest first

// The mechanism that uses it, without "-PLUS"; a verifier of that kind begins with it.
std::string_view name(ProofKind kind);
std::optional<ProofKind> proof_kind_of(std::string_view name);  // compared without case
// The digest that SCRAM is computed with; nullopt: it is no SCRAM.
std::optional<crypto::Hash> scram_hash(ProofKind kind);

}  // namespace signet::sasl
