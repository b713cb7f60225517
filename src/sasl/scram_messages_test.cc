#include "sasl/scram_messages.h"

#include <gtest/gtest.h>

namespace signet::sasl::scram {
namespace {

using namespace std::string_literals;

// RFC 5802 §5 and RFC 7677 §3: the grammar is the same for every digest.
TEST(ScramMessages, TheExamplesOfTheStandardsAreRead) {
    const auto first = parse_client_first("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
    ASSERT_TRUE(first);
    EXPECT_EQ(first->flag, BindingFlag::not_wanted);
    EXPECT_EQ(first->gs2_header, "n,,");
    EXPECT_EQ(first->bare, "n=user,r=fyko+d2lbbFgONRv9qkxdawL");
    EXPECT_EQ(first->authcid, "user");
    EXPECT_EQ(first->authzid, "");
    EXPECT_EQ(first->nonce, "fyko+d2lbbFgONRv9qkxdawL");

    const auto last = parse_client_final(
        "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=");
    ASSERT_TRUE(last);
    EXPECT_EQ(last->binding_input, "n,,");
    EXPECT_EQ(last->nonce, "fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j");
    EXPECT_EQ(last->proof.size(), 20u);
    EXPECT_EQ(last->without_proof, "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j");
}

TEST(ScramMessages, EveryFormOfAFirstMessageIsRead) {
    struct Case {
        std::string message, gs2_header, authzid, authcid;
        BindingFlag flag;
        std::string binding;
    };
    const Case cases[] = {
        {"y,,n=u,r=12345678", "y,,", "", "u", BindingFlag::not_offered, ""},
        {"p=tls-unique,,n=u,r=12345678", "p=tls-unique,,", "", "u", BindingFlag::used,
         "tls-unique"},
        {"p=x.9-z,a=z,n=u,r=12345678", "p=x.9-z,a=z,", "z", "u", BindingFlag::used, "x.9-z"},
        {"n,a=o=2Cne=3D,n==3D=2C,r=!~+-=abcd", "n,a=o=2Cne=3D,", "o,ne=", "=,",
         BindingFlag::not_wanted, ""},
        {"n,,n=\u00FC\U0001F600,r=12345678,x=any thing=,Y=2", "n,,", "", "\u00FC\U0001F600",
         BindingFlag::not_wanted, ""},
        {"n,,n= a b\t,r=12345678", "n,,", "", " a b\t", BindingFlag::not_wanted, ""},
    };
    for (const auto& c : cases) {
        const auto first = parse_client_first(c.message);
        ASSERT_TRUE(first) << c.message;
        EXPECT_EQ(first->gs2_header, c.gs2_header);
        EXPECT_EQ(first->gs2_header + first->bare, c.message);
        EXPECT_EQ(first->authzid, c.authzid);
        EXPECT_EQ(first->authcid, c.authcid);
        EXPECT_EQ(first->flag, c.flag);
        EXPECT_EQ(first->binding, c.binding);
    }
}

TEST(ScramMessages, security_13_a_first_message_outside_the_grammar_is_refused) {
    const std::string cases[] = {
        "",
        "n",
        "n,",
        "n,,",
        "n,,n=user",
        "n,,n=user,",
        "n,,r=12345678,n=user",
        "n=user,r=12345678",     // no gs2-header
        "n,n=user,r=12345678",   // half of it
        "x,,n=user,r=12345678",  // no such flag
        "N,,n=user,r=12345678",  // attributes have a case
        "n,,N=user,r=12345678",
        "p,,n=user,r=12345678",
        "p=,,n=user,r=12345678",
        "p=tls unique,,n=user,r=12345678",
        "n,a=,n=user,r=12345678",  // an empty name
        "n,b=x,n=user,r=12345678",
        "n,,n=,r=12345678",
        "n,,n=a=2cb,r=12345678",  // =2C and =3D alone are escapes
        "n,,n=a=b,r=12345678",
        "n,,n=a=2,r=12345678",
        "n,,n=a=,r=12345678",
        "n,,n=a\0b,r=12345678"s,
        "n,,n=a\xC0\x80,r=12345678"s,  // no UTF-8
        "n,,n=a\xED\xA0\x80,r=12345678"s,
        "n,,n=" + std::string(256, 'u') + ",r=12345678",
        "n,a=" + std::string(256, 'u') + ",n=u,r=12345678",
        "n,,n=user,r=1234567",  // too short to be a nonce
        "n,,n=user,r=",
        "n,,n=user,r=1234 5678",
        "n,,n=user,r=12345678\x7F",
        "n,,n=user,r=" + std::string(257, 'r'),
        "n,,m=x,n=user,r=12345678",  // "must be understood"
        "n,,n=user,r=12345678,m=x",
        "n,,n=user,r=12345678,r=12345678",
        "n,,n=user,r=12345678,",
        "n,,n=user,r=12345678,x",
        "n,,n=user,r=12345678,x=",
        "n,,n=user,r=12345678,1=x",
        "n,,n=user,r=12345678\r\n",
        "n,,n=user,r=12345678,x=" + std::string(kLongestMessage, 'x'),
    };
    for (const auto& message : cases) EXPECT_FALSE(parse_client_first(message)) << message;
}

TEST(ScramMessages, security_13_a_final_message_outside_the_grammar_is_refused) {
    const std::string cases[] = {
        "",
        "c=biws",
        "c=biws,r=12345678",
        "c=biws,r=12345678,",
        "c=biws,r=12345678,p=",
        "c=biws,r=12345678,p=AAA",  // base 64 without its padding
        "c=biws,r=12345678,p=AAAB=",
        "c=biws,r=12345678,p=AB==",      // stray bits
        "c=biws,r=12345678,p=AA==,x=y",  // the proof is last
        "c=biws,r=12345678,p=AA==\r\n",
        "c=biws,p=AA==",
        "r=12345678,c=biws,p=AA==",
        "c=,r=12345678,p=AA==",
        "c=####,r=12345678,p=AA==",
        "c=biw s,r=12345678,p=AA==",
        "C=biws,r=12345678,p=AA==",
        "c=biws,R=12345678,p=AA==",
        "c=biws,r=12345678,P=AA==",
        "c=biws,r=12345678,m=x,p=AA==",
        "c=biws,r=12345678,c=biws,p=AA==",
        "c=biws,r=12345678,x=a\0b,p=AA=="s,
        "c=biws,r=12345678,x=\xFF,p=AA==",
        "c=biws,r=12345678,x=" + std::string(kLongestMessage, 'x') + ",p=AA==",
    };
    for (const auto& message : cases) EXPECT_FALSE(parse_client_final(message)) << message;
    EXPECT_EQ(parse_client_final("c=biws,r=12345678,x=y,z=2,p=AA==")->without_proof,
              "c=biws,r=12345678,x=y,z=2");
}

TEST(ScramMessages, WhatAServerSaysIsRead) {
    const auto first = parse_server_first("r=abcdefgh,s=W22Z,i=4096");
    ASSERT_TRUE(first);
    EXPECT_EQ(first->nonce, "abcdefgh");
    EXPECT_EQ(first->salt, "\x5B\x6D\x99");
    EXPECT_EQ(first->iterations, 4'096u);
    EXPECT_EQ(parse_server_first("r=abcdefgh,s=W22Z,i=1,x=any,Y=2")->iterations, 1u);
    EXPECT_EQ(parse_server_first("r=abcdefgh,s=W22Z,i=18446744073709551615")->iterations,
              18'446'744'073'709'551'615u);

    EXPECT_EQ(parse_server_final("v=W22Z")->signature, "\x5B\x6D\x99");
    EXPECT_EQ(parse_server_final("v=W22Z,x=y")->signature, "\x5B\x6D\x99");
    EXPECT_EQ(parse_server_final("e=invalid-proof")->signature, "");
    EXPECT_EQ(parse_server_final("e=whatever else,x=y")->signature, "");
}

TEST(ScramMessages, security_13_what_a_server_says_outside_the_grammar_is_refused) {
    const std::string firsts[] = {
        "",
        "r=abcdefgh",
        "r=abcdefgh,s=W22Z",
        "r=abcdefgh,s=W22Z,i=",
        "r=abcdefgh,s=W22Z,i=0",
        "r=abcdefgh,s=W22Z,i=04096",
        "r=abcdefgh,s=W22Z,i=-1",
        "r=abcdefgh,s=W22Z,i=4096 ",
        "r=abcdefgh,s=W22Z,i=18446744073709551616",
        "r=abcdefgh,s=W22Z,i=4096,",
        "r=abcdefgh,s=W22Z,i=4096,m=x",
        "r=abcdefgh,s=W22Z,i=4096,i=1",
        "r=abcdefgh,s=,i=4096",
        "r=abcdefgh,s=W22,i=4096",
        "r=abcdefgh,s=W2 Z,i=4096",
        "r=abcdefg,s=W22Z,i=4096",  // too short to hold a nonce of ours
        "r=abcd\x7F"
        "fgh,s=W22Z,i=4096",
        "R=abcdefgh,s=W22Z,i=4096",
        "s=W22Z,r=abcdefgh,i=4096",
        "m=x,r=abcdefgh,s=W22Z,i=4096",  // "must be understood"
        "r=abcdefgh,s=W22Z,i=4096,x=\xFF",
        "r=abcdefgh,s=W22Z,i=4096,x=a\0b"s,
        "r=abcdefgh,s=W22Z,i=4096,x=" + std::string(kLongestMessage, 'x'),
    };
    for (const auto& message : firsts) EXPECT_FALSE(parse_server_first(message)) << message;
    const std::string finals[] = {
        "",       "v=",      "v=W22",   "v=W22Z,",    "v=W22Z\r\n", "V=W22Z",
        "e=",     "e=,x=y",  "e=x,e=y", "v=W22Z,e=x", "m=x,v=W22Z", "v=W22Z,m=x",
        "v=####", " v=W22Z", "e=\xFF",  "e=a\0b"s,    "x=y,v=W22Z", "W22Z",
    };
    for (const auto& message : finals) EXPECT_FALSE(parse_server_final(message)) << message;
}

TEST(ScramMessages, WhatWeSayIsReadAsItWasMeant) {
    for (const std::string name : {"user", "o,ne=", "=2C", "\u00FC", " "}) {
        const auto header = gs2_header(BindingFlag::used, "tls-exporter");
        const auto first = parse_client_first(header + client_first_bare(name, "12345678"));
        ASSERT_TRUE(first) << name;
        EXPECT_EQ(first->authcid, name);
        EXPECT_EQ(first->binding, "tls-exporter");
        EXPECT_EQ(first->nonce, "12345678");
    }
    EXPECT_EQ(gs2_header(BindingFlag::not_wanted, "tls-exporter"), "n,,");
    EXPECT_EQ(gs2_header(BindingFlag::not_offered, "tls-exporter"), "y,,");
    const auto last = parse_client_final(client_final(without_proof("n,,", "12345678"), "pp"));
    ASSERT_TRUE(last);
    EXPECT_EQ(last->binding_input, "n,,");
    EXPECT_EQ(last->proof, "pp");
    EXPECT_EQ(last->without_proof, "c=biws,r=12345678");
}

TEST(ScramMessages, WhatTheServerSaysIsAsInRfc7677) {
    EXPECT_EQ(server_first("nonce", "\x5B\x6D\x99", 4'096), "r=nonce,s=W22Z,i=4096");
    EXPECT_EQ(server_final("\x5B\x6D\x99"), "v=W22Z");
}

}  // namespace
}  // namespace signet::sasl::scram
