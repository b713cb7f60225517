#include "net/cipher_list.h"

#include "base/text.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <algorithm>
#include <memory>

namespace signet::net {

const char* const kDefaultCiphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

namespace {

struct FreeContext {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Context = std::unique_ptr<SSL_CTX, FreeContext>;

bool names_some_cipher(const std::string& list) {
    const Context context{SSL_CTX_new(TLS_server_method())};
    const bool known = context && SSL_CTX_set_cipher_list(context.get(), list.c_str()) == 1;
    ERR_clear_error();
    return known;
}

bool separates(char c) { return c == ':' || c == ',' || c == ';' || c == ' '; }

// OpenSSL passes over words that it does not know: a misspelt cipher would just be missing.
std::string unknown_word(const std::string& list) {
    for (std::size_t at = 0; at < list.size();) {
        auto end = at;
        while (end < list.size() && !separates(list[end])) ++end;
        const auto word = list.substr(at, end - at);
        at = end + 1;
        if (word.empty() || word[0] == '!' || word[0] == '-') continue;
        if (!names_some_cipher(word[0] == '+' ? word.substr(1) : word)) return word;
    }
    return {};
}

bool is_tls13(const SSL_CIPHER* cipher) {
    return std::string_view{SSL_CIPHER_get_version(cipher)} == "TLSv1.3";
}

bool is_forbidden(const SSL_CIPHER* cipher) {
    const std::string_view name = SSL_CIPHER_get_name(cipher);
    if (SSL_CIPHER_get_auth_nid(cipher) == NID_auth_null) return true;
    if (SSL_CIPHER_get_digest_nid(cipher) == NID_md5) return true;
    switch (SSL_CIPHER_get_cipher_nid(cipher)) {
    case NID_undef:  // NULL
    case NID_rc4:
    case NID_rc4_40:
    case NID_des_cbc:
    case NID_des_ede3_cbc:
    case NID_rc2_cbc:
    case NID_idea_cbc: return true;
    default: return name.starts_with("EXP");
    }
}

bool is_weak(const SSL_CIPHER* cipher) {
    const auto exchange = SSL_CIPHER_get_kx_nid(cipher);
    const bool forward = exchange == NID_kx_ecdhe || exchange == NID_kx_dhe;
    return !forward || SSL_CIPHER_is_aead(cipher) == 0;
}

void judge(const SSL_CIPHER* cipher, CipherJudgement& judgement) {
    const char* name = SSL_CIPHER_get_name(cipher);
    if (is_forbidden(cipher))
        judgement.forbidden.emplace_back(name);
    else if (is_weak(cipher))
        judgement.weak.emplace_back(name);
    const auto proof = SSL_CIPHER_get_auth_nid(cipher);
    const std::string kind = proof == NID_auth_ecdsa ? "ECDSA" : proof == NID_auth_rsa ? "RSA" : "";
    auto& kinds = judgement.key_kinds;
    if (!kind.empty() && std::ranges::find(kinds, kind) == kinds.end()) kinds.push_back(kind);
}

}  // namespace

CipherJudgement judge_ciphers(const std::string& list) {
    CipherJudgement judgement;
    if (list.find('@') != std::string::npos) {
        judgement.unusable = "commands such as @SECLEVEL cannot be given here";
        return judgement;
    }
    if (const auto word = unknown_word(list); !word.empty()) {
        judgement.unusable = "`" + sanitised(word, 100) + "` names no cipher that OpenSSL has";
        return judgement;
    }
    const Context context{SSL_CTX_new(TLS_server_method())};
    if (!context || SSL_CTX_set_cipher_list(context.get(), list.c_str()) != 1) {
        ERR_clear_error();
        judgement.unusable = "no cipher is left in it";
        return judgement;
    }
    auto* ciphers = SSL_CTX_get_ciphers(context.get());
    for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
        const auto* cipher = sk_SSL_CIPHER_value(ciphers, i);
        if (!is_tls13(cipher)) judge(cipher, judgement);
    }
    return judgement;
}

}  // namespace signet::net
