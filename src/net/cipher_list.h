// Whether a list of TLS 1.2 ciphers can be used, and is safe to use (RFC 9325 §4).
#pragma once

#include <string>
#include <vector>

namespace signet::net {

// With ECDHE and AEAD only (RFC 9325 §4.2).  Those of TLS 1.3 are all well and not chosen.
extern const char* const kDefaultCiphers;

struct CipherJudgement {
    std::string unusable;  // a sentence; empty: it can be used
    // Names of ciphers in it.  forbidden: the server does not start with them: no encryption, no
    // proof of the server, RC4, DES, 3DES, MD5.  weak: a stolen key would open what was recorded
    // (no forward secrecy), or CBC, which was broken again and again; old clients may need them.
    std::vector<std::string> forbidden, weak;
    std::vector<std::string> key_kinds;  // of certificates that it has ciphers for: "ECDSA", "RSA"
};

// In OpenSSL's language (ciphers(1)), without commands that change the security level.
CipherJudgement judge_ciphers(const std::string& list);

}  // namespace signet::net
