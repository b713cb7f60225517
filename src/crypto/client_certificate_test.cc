#include "crypto/client_certificate.h"

#include "crypto/client_certificate_maker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signet::crypto {
namespace {

using namespace std::string_literals;
using std::chrono::days;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr WallTime kNow{std::chrono::seconds{1'795'500'000}};

CertifiedKey authority(const std::string& name = "Clients of Example") {
    return make_client({.common_name = name, .authority = true, .valid = days{365}}, nullptr, kNow);
}

ShownCertificate shown(const CertifiedKey& one, const std::vector<CertifiedKey*>& chain = {}) {
    ShownCertificate made{der_of(one.certificate_pem), {}};
    for (const auto* between : chain) made.chain.push_back(der_of(between->certificate_pem));
    return made;
}

std::string judged(const CertifiedKey& trusted, const ShownCertificate& by, WallTime when = kNow,
                   const std::string& revoked = {}) {
    const auto authorities = ClientAuthorities::read(trusted.certificate_pem, revoked);
    EXPECT_TRUE(authorities) << authorities.error();
    const auto right = (*authorities)->judge(by, when);
    return right ? "" : right.error();
}

TEST(ClientCertificate, IsReadWithTheNamesThatItHas) {
    const auto made = make_client(
        {.common_name = "Printer, 2nd floor",
         .alternative_names = "email:scan@example.com,DNS:printer.example.com,"
                              "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:ann@corp.example,"
                              "URI:spiffe://example/printer,IP:192.0.2.1,email:two@example.com"},
        nullptr, kNow);
    const auto read = ClientCertificate::read(der_of(made.certificate_pem));
    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(read->subject(), "CN=Printer\\, 2nd floor");
    EXPECT_THAT(read->emails(), ElementsAre("scan@example.com", "two@example.com"));
    EXPECT_THAT(read->dns_names(), ElementsAre("printer.example.com"));
    EXPECT_THAT(read->principals(), ElementsAre("ann@corp.example"));
    EXPECT_THAT(read->uris(), ElementsAre("spiffe://example/printer"));
    EXPECT_EQ(read->fingerprint().size(), 64u);
    EXPECT_EQ(read->not_after(), kNow + days{90});
    const auto same = ClientCertificate::read_pem(made.certificate_pem);
    ASSERT_TRUE(same);
    EXPECT_EQ(same->fingerprint(), read->fingerprint());
}

TEST(ClientCertificate, OneWithoutNamesHasNone) {
    const auto made = make_client({}, nullptr, kNow);
    const auto read = ClientCertificate::read_pem(made.certificate_pem);
    ASSERT_TRUE(read);
    EXPECT_THAT(read->emails(), IsEmpty());
    EXPECT_THAT(read->dns_names(), IsEmpty());
}

// CVE-2009-2408: what stands before a NUL was once taken for the name.
TEST(ClientCertificate, security_18_names_that_no_name_looks_like_are_none) {
    for (const auto* name : {"email:ann b@example.com", "email:ann\x01@example.com"}) {
        const auto made = make_client({.alternative_names = name}, nullptr, kNow);
        const auto read = ClientCertificate::read_pem(made.certificate_pem);
        ASSERT_TRUE(read) << name;
        EXPECT_THAT(read->emails(), IsEmpty()) << name;
    }
    auto with_nul =
        der_of(make_client({.alternative_names = "email:root@ex.com@evil.test"}, nullptr, kNow)
                   .certificate_pem);
    const auto at = with_nul.find("root@ex.com@evil.test");
    ASSERT_NE(at, std::string::npos);
    with_nul[at + 11] = '\0';
    const auto read =
        ClientCertificate::read(with_nul);  // nobody's signature; its names all the same
    ASSERT_TRUE(read);
    EXPECT_THAT(read->emails(), IsEmpty());
}

TEST(ClientCertificate, WhatIsNoneIsRefused) {
    const auto der = der_of(make_client({}, nullptr, kNow).certificate_pem);
    for (const auto& octets : {""s, "x"s, der.substr(0, der.size() - 1), der + "x",
                               std::string(kLargestCertificate + 1, '0'), "\x30\x82\xff\xff"s}) {
        EXPECT_FALSE(ClientCertificate::read(octets)) << octets.size();
    }
    EXPECT_FALSE(ClientCertificate::read_pem("-----BEGIN CERTIFICATE-----\nAAAA\n"));
}

TEST(ClientAuthorities, TrustWhatTheyHaveMadeForTlsClients) {
    const auto ours = authority(), theirs = authority("Others"), twin = authority();
    const auto ann = make_client({}, &ours, kNow);
    EXPECT_EQ(judged(ours, shown(ann)), "");
    EXPECT_THAT(judged(theirs, shown(ann)), HasSubstr("issuer certificate"));
    EXPECT_NE(judged(twin, shown(ann)), "") << "another authority of the same name";
    EXPECT_NE(judged(ours, shown(make_client({}, nullptr, kNow))), "") << "signed by itself";
    EXPECT_THAT(judged(ours, shown(ann), kNow + days{91}), HasSubstr("expired"));
    EXPECT_THAT(judged(ours, shown(ann), kNow - days{1}), HasSubstr("not yet valid"));
    for (const auto* usage : {"serverAuth", "codeSigning", "emailProtection"}) {
        const auto other = make_client({.usage = usage}, &ours, kNow);
        EXPECT_THAT(judged(ours, shown(other)), HasSubstr("purpose")) << usage;
    }
    EXPECT_EQ(judged(ours, shown(make_client({.usage = ""}, &ours, kNow))), "");
}

TEST(ClientAuthorities, AChainIsFollowedAndAnAuthorityBetweenMayBeTheTrustedOne) {
    const auto root = authority("Root");
    auto between = make_client({.common_name = "Between", .authority = true}, &root, kNow);
    const auto ann = make_client({}, &between, kNow);
    EXPECT_EQ(judged(root, shown(ann, {&between})), "");
    EXPECT_NE(judged(root, shown(ann)), "") << "without what is between";
    EXPECT_EQ(judged(between, shown(ann)), "");
    // Who has no leave to sign, has signed nothing.
    auto client = make_client({}, &root, kNow);
    const auto forged = make_client({}, &client, kNow);
    EXPECT_NE(judged(root, shown(forged, {&client})), "");
}

TEST(ClientAuthorities, WhatWasTakenBackIsNotTrustedNorIsAChainWithoutAListInForce) {
    const auto ours = authority(), theirs = authority("Others");
    const auto ann = make_client({}, &ours, kNow), bob = make_client({}, &ours, kNow);
    const auto list = make_revocation_list(ours, {bob.certificate_pem}, kNow, days{7});
    EXPECT_EQ(judged(ours, shown(ann), kNow, list), "");
    EXPECT_THAT(judged(ours, shown(bob), kNow, list), HasSubstr("revoked"));
    EXPECT_THAT(judged(ours, shown(ann), kNow + days{8}, list), HasSubstr("CRL has expired"));
    const auto other = make_revocation_list(theirs, {}, kNow, days{7});
    EXPECT_THAT(judged(ours, shown(ann), kNow, other), HasSubstr("CRL"));
}

TEST(ClientAuthorities, WhatIsNoAuthorityIsRefused) {
    const auto ours = authority();
    const auto client = make_client({}, &ours, kNow);
    EXPECT_FALSE(ClientAuthorities::read(""));
    EXPECT_FALSE(ClientAuthorities::read("nothing"));
    const auto fault = ClientAuthorities::read(client.certificate_pem);
    ASSERT_FALSE(fault);
    EXPECT_THAT(fault.error(), HasSubstr("no certificate of an authority"));
    EXPECT_FALSE(ClientAuthorities::read(ours.certificate_pem, "no list"));
    const auto two =
        ClientAuthorities::read(ours.certificate_pem + authority("Others").certificate_pem);
    ASSERT_TRUE(two);
    EXPECT_EQ((*two)->subjects().size(), 2u);
    EXPECT_EQ((*two)->first_end(), kNow + days{365});
}

TEST(ClientAuthorities, AChainThatNobodyHasIsRefusedUnread) {
    const auto ours = authority();
    const auto ann = make_client({}, &ours, kNow);
    auto long_chain = shown(ann);
    long_chain.chain.assign(kLongestChain + 1, der_of(ours.certificate_pem));
    EXPECT_NE(judged(ours, long_chain), "");
    auto broken = shown(ann);
    broken.chain.push_back("not a certificate");
    EXPECT_NE(judged(ours, broken), "");
}

}  // namespace
}  // namespace signet::crypto
