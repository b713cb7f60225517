#include "crypto/server_certificate.h"

#include "crypto/x509.h"

#include <gmock/gmock.h>

namespace signet::crypto {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::StartsWith;

constexpr WallTime kNow{1'700'000'000s};
const CertificateSource kSource{"c.pem", "k.pem"};

const CertifiedKey& ca() {
    static const auto made = make_ca("Test CA", kNow, std::chrono::days{30});
    return *made;
}

CertifiedKey issue(const std::vector<std::string>& names, KeyKind kind = KeyKind::ecdsa) {
    return *issue_server_certificate(ca(), names, kNow, std::chrono::days{10}, kind);
}

TEST(ServerCertificate, knows_its_names_its_kind_and_its_days) {
    const auto pair = issue({"Mail.Example", "*.example.org", "192.0.2.1", "mail.example"});
    const auto read = ServerCertificate::read(pair.certificate_pem + ca().certificate_pem,
                                              pair.key_pem.reveal(), kSource);
    ASSERT_TRUE(read) << read.error();
    EXPECT_THAT((*read)->names(), ElementsAre("mail.example", "*.example.org"));
    EXPECT_EQ((*read)->key_kind(), "ECDSA");
    EXPECT_EQ((*read)->not_before(), kNow - 1h);
    EXPECT_EQ((*read)->not_after(), kNow + 240h);
    EXPECT_EQ((*read)->fingerprint().size(), 64u);

    const auto rsa = issue({"a.example"}, KeyKind::rsa);
    EXPECT_EQ(
        (*ServerCertificate::read(rsa.certificate_pem, rsa.key_pem.reveal(), kSource))->key_kind(),
        "RSA");
}

// Whoever writes the file is not asked to do it in one go: any part of it is refused, not used.
TEST(ServerCertificate, half_a_file_is_a_fault_wherever_it_was_cut) {
    const auto pair = issue({"a.example"});
    const auto chain = pair.certificate_pem + ca().certificate_pem;
    const auto key = std::string{pair.key_pem.reveal()};
    unsigned read = 0;
    for (std::size_t size = 0; size < chain.size(); size += 7) {
        read += ServerCertificate::read(chain.substr(0, size), key, kSource).has_value();
    }
    // Cut exactly between two certificates (give or take a line end) it is whole, and shorter.
    EXPECT_LE(read, 6u);
    for (std::size_t size = 0; size + 30 < key.size(); size += 7) {
        const auto half = ServerCertificate::read(chain, key.substr(0, size), kSource);
        ASSERT_FALSE(half) << size;
        EXPECT_THAT(half.error(), StartsWith("key k.pem: "));
    }
}

TEST(ServerCertificate, another_certificates_key_is_refused) {
    const auto one = issue({"a.example"}), other = issue({"a.example"});
    const auto read = ServerCertificate::read(one.certificate_pem, other.key_pem.reveal(), kSource);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error(), "key k.pem does not belong to certificate c.pem");
}

}  // namespace
}  // namespace signet::crypto
