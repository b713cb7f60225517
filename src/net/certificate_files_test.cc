#include "net/certificate_files.h"

#include "net/test_ca.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

namespace signet::net {
namespace {

std::string encrypted_key() {
    const std::shared_ptr<EVP_PKEY> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const std::shared_ptr<BIO> memory(BIO_new(BIO_s_mem()), BIO_free);
    char passphrase[] = "of no use to anybody";
    PEM_write_bio_PrivateKey(memory.get(), key.get(), EVP_aes_128_cbc(), nullptr, 0, nullptr,
                             passphrase);
    char* data = nullptr;
    const auto size = BIO_get_mem_data(memory.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

TEST(LoadCertificate, EveryFaultOfTheFilesIsASentenceThatNamesThem) {
    TestCa ca;
    const auto one = ca.issue("localhost"), other = ca.issue("localhost");
    const auto junk = ca.write("junk.pem", "not a certificate\n");
    const auto locked = ca.write("locked.key", encrypted_key());
    const auto fault = [](const std::string& certificate, const std::string& key) {
        const auto loaded = load_certificate({certificate, key});
        return loaded ? "loaded" : loaded.error();
    };
    EXPECT_EQ(fault(one.certificate, one.key), "loaded");
    EXPECT_EQ(fault("/nonexistent.pem", one.key),
              "certificate /nonexistent.pem: No such file or directory");
    EXPECT_EQ(fault(one.certificate, "/nonexistent.key"),
              "key /nonexistent.key: No such file or directory");
    EXPECT_EQ(fault(one.certificate, other.key),
              "key " + other.key + " does not belong to certificate " + one.certificate);
    EXPECT_EQ(fault(junk, one.key), "certificate " + junk + ": no start line");
    EXPECT_EQ(fault("/dev", one.key), "certificate /dev: not a file");
    EXPECT_EQ(fault(one.certificate, junk).find("key " + junk + ": "), 0u);
    EXPECT_EQ(fault(one.certificate, locked),
              "key " + locked + " is encrypted; give it without a passphrase");
}

}  // namespace
}  // namespace signet::net
