// A route that signs in by access tokens: what of it can be written, and what is wrong with it.
#include "settings/codes.h"
#include "settings/parse.h"

#include <gtest/gtest.h>

namespace signet::settings {
namespace {

const std::string kFront =
    "version = 1\nhostname = \"mail.example.com\"\n[tls]\ncertificate = \"/c\"\nkey = \"/k\"\n"
    "[[listener]]\nname = \"s\"\nrole = \"submissions\"\nbind = \"0.0.0.0:465\"\n"
    "[[route]]\nname = \"m\"\nmatch = \"*\"\nhost = \"smtp.example.net:587\"\n";

Result<Parsed, std::vector<Problem>> parsed(const std::string& text) {
    const SourceText file{"signet.toml", text};
    return parse({&file, 1});
}

std::string codes_of(const std::string& text) {
    const auto result = parsed(text);
    std::string codes;
    for (const auto& problem : result ? result->warnings : result.error()) {
        EXPECT_TRUE(find_code(problem.code)) << problem.code;
        codes +=
            (codes.empty() ? "" : " ") + problem.code + "@" + std::to_string(problem.place.line);
    }
    return codes;
}

TEST(RouteOauth, what_is_written_of_it_is_kept) {
    const auto result = parsed(kFront +
                               "auth.user = \"scan@example.com\"\n"
                               "[route.auth.oauth]\n"
                               "grant = \"refresh_token\"\n"
                               "token_url = \"https://login.example/t/token\"\n"
                               "device_url = \"https://login.example/t/devicecode\"\n"
                               "client_id = \"id\"\n"
                               "client_secret = { file = \"/s\" }\n"
                               "scope = \"https://outlook.office.com/SMTP.Send offline_access\"\n"
                               "secret_expires = \"2027-05-01\"\n"
                               "ca = \"/ca.pem\"\n"
                               "private_addresses = true\n");
    ASSERT_TRUE(result) << render(result.error());
    EXPECT_TRUE(result->warnings.empty());
    const auto& oauth = result->snapshot.routes.at(0).smart_host->oauth;
    ASSERT_TRUE(oauth);
    EXPECT_EQ(oauth->grant, "refresh_token");
    EXPECT_EQ(oauth->token_url, "https://login.example/t/token");
    EXPECT_EQ(oauth->device_url, "https://login.example/t/devicecode");
    EXPECT_EQ(oauth->client_id, "id");
    EXPECT_EQ(oauth->client_secret.file, "/s");
    EXPECT_EQ(oauth->scope, "https://outlook.office.com/SMTP.Send offline_access");
    EXPECT_EQ(oauth->secret_expires, "2027-05-01");
    EXPECT_EQ(oauth->ca, "/ca.pem");
    EXPECT_TRUE(oauth->private_addresses);
}

TEST(RouteOauth, a_route_with_a_password_has_none) {
    const auto result = parsed(kFront + "auth = { user = \"u\", password = { file = \"/p\" } }\n");
    ASSERT_TRUE(result) << render(result.error());
    EXPECT_FALSE(result->snapshot.routes.at(0).smart_host->oauth);
}

TEST(RouteOauth, each_fault_has_its_code_and_place) {
    const std::string user = "auth.user = 'u'\n";  // line 14
    const std::string token = "auth.oauth.token_url = 'https://a.example/t'\n";
    const std::string id = "auth.oauth.client_id = 'i'\n";
    const std::string secret = "auth.oauth.client_secret.file = '/s'\n";
    const std::string certificate = "auth.oauth.client_certificate = '/c'\n";
    const std::string key = "auth.oauth.client_key = '/k'\n";
    const std::string person = "auth.oauth.grant = 'refresh_token'\n";
    const std::string device = "auth.oauth.device_url = 'https://a.example/d'\n";
    struct Row {
        std::string route, expected;
    };
    for (const auto& [route, expected] : std::vector<Row>{
             {user + token + id + secret, ""},
             {user + token + id + person + device, ""},
             {user + token + id + secret + person + device, ""},
             {user + token + id + certificate + key, ""},
             {user + token + id + certificate, "E0328@10"},
             {user + token + id + key, "E0328@10"},
             {user + token + id + certificate + key + secret, "E0328@19"},
             {user + token + id + certificate + key + person + device, ""},
             {token + id + secret, "E0328@10"},
             {user + id + secret, "E0328@10"},
             {user + token + secret, "E0328@10"},
             {user + token + id, "E0328@10"},
             {user + token + id + person, "E0328@10"},
             {user + token + id + secret + device, "E0328@18"},
             {user + token + id + secret + "auth.password.file = '/p'\n", "E0328@18"},
             {user + token + id + person + device + "auth.oauth.secret_expires = '2027-05-01'\n",
              "E0328@19"},
             {user + token + id + secret + "auth.oauth.secret_expires = '2027-02-29'\n",
              "E0204@18"},
             {user + token + id + secret + "auth.oauth.secret_expires = '1.5.2027'\n", "E0204@18"},
             {user + token + id + secret + "auth.oauth.secret_expires = '2027-5-01'\n", "E0204@18"},
             {user + id + secret + "auth.oauth.token_url = 'http://a.example/t'\n", "E0205@17"},
             {user + id + secret + "auth.oauth.token_url = 'https://u@a.example/t'\n", "E0205@17"},
             {user + id + secret + "auth.oauth.token_url = 'login.example'\n", "E0205@17"},
             {user + token + id + secret + "auth.oauth.grant = 'password'\n", "E0201@18"},
             {user + token + id + secret + "auth.mechanisms = 'XOAUTH2'\n", ""},
             {user + token + id + secret + "auth.mechanisms = ['PLAIN', 'LOGIN']\n", "E0328@18"},
             {user + "auth.password.file = '/p'\nauth.mechanisms = 'OAUTHBEARER'\n", "E0328@16"},
             {user + token + id + secret + "tls = 'none'\n", "E0306@18"},
             {user + token + id + secret + "tls = 'opportunistic'\n", "W0316@18"},
         }) {
        EXPECT_EQ(codes_of(kFront + route), expected) << route;
    }
}

}  // namespace
}  // namespace signet::settings
