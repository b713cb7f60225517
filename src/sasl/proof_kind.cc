#include "sasl/proof_kind.h"

#include "base/text.h"

#include <utility>

namespace signet::sasl {
namespace {

constexpr ProofKind kKinds[] = {ProofKind::scram_sha512, ProofKind::scram_sha256,
                                ProofKind::scram_sha1, ProofKind::cram_md5};

}  // namespace

std::span<const ProofKind> proof_kinds() { return kKinds; }

std::string_view name(ProofKind kind) {
    switch (kind) {
    case ProofKind::scram_sha512: return "SCRAM-SHA-512";
    case ProofKind::scram_sha256: return "SCRAM-SHA-256";
    case ProofKind::scram_sha1: return "SCRAM-SHA-1";
    case ProofKind::cram_md5: return "CRAM-MD5";
    }
    std::unreachable();
}

std::optional<ProofKind> proof_kind_of(std::string_view wanted) {
    for (const auto kind : kKinds) {
        if (equal_nocase(name(kind), wanted)) return kind;
    }
    return {};
}

std::optional<crypto::Hash> scram_hash(ProofKind kind) {
    switch (kind) {
    case ProofKind::scram_sha512: return crypto::Hash::sha512;
    case ProofKind::scram_sha256: return crypto::Hash::sha256;
    case ProofKind::scram_sha1: return crypto::Hash::sha1;
    case ProofKind::cram_md5: return {};
    }
    std::unreachable();
}

}  // namespace signet::sasl
