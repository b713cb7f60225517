#include "oauth/claims.h"

#include "base/text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

namespace signet::oauth {
namespace {

constexpr WallTime kNow{std::chrono::seconds{1'800'000'000}};

IssuerRules rules() {
    return {.url = "https://login.example",
            .audience = {"smtp.example.com"},
            .algorithms = {crypto::SignatureAlgorithm::es256},
            .required_scope = {"mail.send"}};
}

using Members = std::map<std::string, std::string>;
Members usual() {
    return {{"iss", "\"https://login.example\""},
            {"aud", "\"smtp.example.com\""},
            {"exp", "1800000600"},
            {"iat", "1799999990"},
            {"sub", "\"ann\""},
            {"scope", "\"mail.send\""}};
}

Json claims(const Members& members) {
    std::string text;
    for (const auto& [name, value] : members) {
        text += (text.empty() ? "{\"" : ",\"") + name + "\":" + value;
    }
    const auto read = read_json(text.empty() ? "{}" : text + "}");
    EXPECT_TRUE(read) << text;
    return read.value_or(Json{});
}

Json with(std::initializer_list<std::pair<std::string, std::string>> changes) {
    auto members = usual();
    for (const auto& [name, value] : changes) members[name] = value;
    return claims(members);
}

std::string outcome(const Result<TokenIdentity, TokenFault>& judged) {
    return judged ? "ok " + judged->account : std::string{name(judged.error().kind)};
}

// `"name":value` behind the first {}, each after a blank; values have no blank before a quote.
void change(Members& members, std::string_view text) {
    while (!(text = trim(text)).empty()) {
        if (text.front() == '-') {
            const auto end = text.find(' ');
            members.erase(std::string{text.substr(1, end - 1)});
            text = end == std::string_view::npos ? "" : text.substr(end);
            continue;
        }
        const auto close = text.find('"', 1);
        auto end = text.size();
        for (auto at = close; (at = text.find(' ', at)) != std::string_view::npos; ++at) {
            const auto next = text.substr(at + 1);
            if (!next.starts_with('-') && !(next.starts_with('"') && next.contains("\":")))
                continue;
            end = at;
            break;
        }
        members[std::string{text.substr(1, close - 1)}] = text.substr(close + 2, end - close - 2);
        text.remove_prefix(end);
    }
}

TEST(Claims, security_14_each_case_of_the_table_comes_out_as_it_says) {
    const char* const root = std::getenv("SIGNET_SOURCE_DIR");  // NOLINT(concurrency-mt-unsafe)
    ASSERT_TRUE(root);
    std::ifstream file{std::string{root} + "/tests/vectors/forged_claims.txt"};
    std::size_t cases = 0;
    for (std::string line; std::getline(file, line);) {
        const auto at = line.find("{}");
        if (line.starts_with('#') || at == std::string::npos) continue;
        auto members = usual();
        change(members, std::string_view{line}.substr(at + 2));
        const auto judged = judge(claims(members), rules(), kNow);
        EXPECT_EQ(outcome(judged), trim(line.substr(0, at))) << line;
        if (!judged) EXPECT_TRUE(judged.error().detail.ends_with(".")) << judged.error().detail;
        const auto findings = examine(claims(members), rules(), kNow);
        const auto wrong = std::ranges::find(findings, false, &Finding::right);
        EXPECT_EQ(judged.has_value(), wrong == findings.end()) << line;
        if (!judged) EXPECT_EQ(wrong->sentence, judged.error().detail) << line;
        ++cases;
    }
    EXPECT_GE(cases, 70u);
}

TEST(Claims, what_a_token_says_of_itself_is_kept_for_the_audit) {
    const auto judged = judge(with({{"jti", "\"t-1\""}, {"client_id", "\"web\""}}), rules(), kNow);
    ASSERT_TRUE(judged);
    EXPECT_EQ(judged->issuer, "https://login.example");
    EXPECT_EQ(judged->subject, "ann");
    EXPECT_EQ(judged->client, "web");
    EXPECT_EQ(judged->token_id, "t-1");
    EXPECT_EQ(judged->scopes, std::vector<std::string>{"mail.send"});
    EXPECT_EQ(judged->expires, WallTime{std::chrono::seconds{1'800'000'600}});
}

TEST(Claims, what_is_right_is_said_too) {
    std::string all;
    for (const auto& [what, right, sentence] : examine(claims(usual()), rules(), kNow)) {
        EXPECT_TRUE(right) << what;
        all += sentence + " ";
    }
    EXPECT_EQ(all,
              "It is from \"https://login.example\". It is for \"smtp.example.com\". It ends in 10 "
              "minutes. It is not tied to a key. It names no program. It has the scopes "
              "\"mail.send\". It signs in as \"ann\". ");
}

TEST(Claims, only_programs_that_may_sign_in) {
    auto some = rules();
    some.clients = {"web", "phone"};
    EXPECT_EQ(outcome(judge(with({{"client_id", "\"web\""}}), some, kNow)), "ok ann");
    EXPECT_EQ(outcome(judge(with({{"azp", "\"phone\""}}), some, kNow)), "ok ann");
    EXPECT_EQ(outcome(judge(with({{"appid", "\"web\""}}), some, kNow)), "ok ann");
    EXPECT_EQ(outcome(judge(with({}), some, kNow)), "token_client");
    EXPECT_EQ(outcome(judge(with({{"client_id", "\"WEB\""}}), some, kNow)), "token_client");
    EXPECT_EQ(outcome(judge(with({{"client_id", "\"web\""}, {"azp", "\"evil\""}}), some, kNow)),
              "token_client");
    EXPECT_EQ(outcome(judge(with({{"client_id", "\"\""}}), some, kNow)), "token_client");
}

TEST(Claims, the_account_follows_the_rule) {
    struct Case {
        std::string what, claim, strip, append, value, outcome;
    };
    const Case cases[] = {
        {"as it is", "upn", "", "", "ann@corp.example", "ok ann@corp.example"},
        {"stripped", "upn", "corp.example", "", "ann@corp.example", "ok ann"},
        {"stripped without case", "upn", "corp.example", "", "ann@CORP.example", "ok ann"},
        {"another domain", "upn", "corp.example", "", "ann@partner.example", "token_account"},
        {"a domain behind it", "upn", "corp.example", "", "ann@x.corp.example", "token_account"},
        {"none to strip", "upn", "corp.example", "", "ann", "token_account"},
        {"nothing but it", "upn", "corp.example", "", "@corp.example", "token_account"},
        {"appended", "upn", "", "example.com", "ann", "ok ann@example.com"},
        {"appended to a domain", "upn", "", "example.com", "ann@x.example", "token_account"},
        {"both", "upn", "corp.example", "example.com", "ann@corp.example", "ok ann@example.com"},
        {"two at signs", "upn", "corp.example", "example.com", "a@b@corp.example", "token_account"},
        {"too long", "upn", "", "", std::string(256, 'a'), "token_account"},
        {"long", "upn", "", "", std::string(255, 'a'), "ok " + std::string(255, 'a')},
        {"another claim", "email", "", "", "ann", "token_account"},
    };
    for (const auto& [what, claim, strip, append, value, expected] : cases) {
        auto some = rules();
        some.account = {claim, strip, append};
        EXPECT_EQ(outcome(judge(with({{"upn", "\"" + value + "\""}}), some, kNow)), expected)
            << what;
    }
}

// An address that its owner typed in is nobody's proof.
TEST(Claims, security_14_an_address_that_was_not_verified_is_no_account) {
    auto some = rules();
    some.account.claim = "email";
    const auto judged = [&](const std::string& verified) {
        auto members = usual();
        members["email"] = "\"ann@example.com\"";
        if (!verified.empty()) members["email_verified"] = verified;
        return outcome(judge(claims(members), some, kNow));
    };
    EXPECT_EQ(judged(""), "ok ann@example.com");
    EXPECT_EQ(judged("true"), "ok ann@example.com");
    EXPECT_EQ(judged("\"true\""), "ok ann@example.com");
    EXPECT_EQ(judged("false"), "token_account");
    EXPECT_EQ(judged("\"false\""), "token_account");
    EXPECT_EQ(judged("null"), "token_account");
    EXPECT_EQ(judged("1"), "token_account");
}

TEST(Claims, the_type_says_that_it_is_an_access_token) {
    auto strict = rules(), plain = rules();
    plain.plain_jwt = true;
    for (const auto* type : {"at+jwt", "AT+JWT", "application/at+jwt"}) {
        EXPECT_TRUE(judge_type(type, strict)) << type;
        EXPECT_TRUE(judge_type(type, plain)) << type;
    }
    for (const auto* type : {"", "JWT", "jwt"}) {
        EXPECT_FALSE(judge_type(type, strict)) << type;
        EXPECT_TRUE(judge_type(type, plain)) << type;
    }
    for (const auto* type : {"logout+jwt", "dpop+jwt", "at+jwt ", "at+jwt;x", "secevent+jwt"}) {
        EXPECT_FALSE(judge_type(type, strict)) << type;
        EXPECT_FALSE(judge_type(type, plain)) << type;
    }
}

TEST(Claims, introspection_may_leave_out_what_its_issuer_need_not_say) {
    auto members = usual();
    members.erase("iss");
    members.erase("exp");
    EXPECT_EQ(outcome(judge(claims(members), rules(), kNow, Source::introspection)), "ok ann");
    EXPECT_EQ(outcome(judge(claims(members), rules(), kNow)), "token_issuer");
    members["iss"] = "\"https://other.example\"";
    EXPECT_EQ(outcome(judge(claims(members), rules(), kNow, Source::introspection)),
              "token_issuer");
    members.erase("iss");
    members["exp"] = "1";
    EXPECT_EQ(outcome(judge(claims(members), rules(), kNow, Source::introspection)),
              "token_expired");
}

// CWE-117: a detail goes into logs and terminals.
TEST(Claims, what_a_token_says_is_made_harmless_before_it_is_shown) {
    const auto judged =
        judge(with({{"aud", R"("x\u001b[2J\r\n)" + std::string(500, 'y') + "\""}}), rules(), kNow);
    ASSERT_FALSE(judged);
    EXPECT_LT(judged.error().detail.size(), 300u);
    EXPECT_EQ(judged.error().detail.find_first_of("\x1b\r\n"), std::string::npos);
}

}  // namespace
}  // namespace signet::oauth
