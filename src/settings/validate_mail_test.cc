// Trusted networks, domains, and listeners that are of use to somebody.
#include "settings/parse.h"

#include <gtest/gtest.h>

namespace signet::settings {
namespace {

const std::string kFront =
    "version = 1\nhostname = 'mail.example.com'\n"
    "[tls]\ncertificate = '/c'\nkey = '/k'\n"
    "[[listener]]\nname = 's'\nrole = 'submissions'\nbind = ['0.0.0.0:465']\n"
    "[[listener]]\nname = 'mx'\nrole = 'mx'\nbind = ['0.0.0.0:25']\n"
    "[[route]]\nname = 'r'\nmatch = '*'\nmaildir = '/m/{domain}/{local}'\n";

std::string domain(const std::string& name) { return "[[domain]]\nname = '" + name + "'\n"; }
std::string network(const std::string& name, const std::string& from,
                    const std::string& more = "") {
    return "[[network]]\nname = '" + name + "'\nfrom = [" + from +
           "]\nsend_as = ['p@example.com']\n" + more;
}

// The codes of all problems, in order.
std::string judged(const std::string& text) {
    const std::vector<SourceText> files{{"signet.toml", text}};
    const auto parsed = parse(files);
    const auto& problems = parsed ? parsed->warnings : parsed.error();
    std::string codes;
    for (const auto& problem : problems) codes += (codes.empty() ? "" : " ") + problem.code;
    return codes;
}

TEST(ValidateMail, security_25_a_network_that_is_half_the_internet_is_an_error) {
    struct Case {
        std::string from, codes;
    };
    std::string every_eighth;
    for (int i = 0; i < 256; ++i) every_eighth += "'" + std::to_string(i) + ".0.0.0/8',\n";
    std::string private_use = "'10.0.0.0/8','172.16.0.0/12','192.168.0.0/16','fc00::/7'";
    const Case cases[] = {
        {"'0.0.0.0/0'", "E0313"},
        {"'::/0'", "E0313"},
        {"'0.0.0.0/1', '128.0.0.0/1'", "E0313 E0313"},
        {"'64.0.0.0/7'", "E0313"},
        {"'2000::/3'", "E0313"},
        {"'::/1', '8000::/1'", "E0313 E0313"},
        {"'2001:db8::/31'", "E0313"},
        {"'f000::/4'", "E0313"},
        {every_eighth, "E0313"},
        {private_use, ""},
        {"'2001:db8::/32'", ""},
        {"'192.0.2.7'", ""},
        {"'10.0.0.0/8', '10.1.0.0/16', '10.0.0.0/9'", ""},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(judged(kFront + network("n", c.from)), c.codes) << c.from;
    }
}

TEST(ValidateMail, a_network_counts_somewhere_and_an_address_once) {
    const auto printers = network("a", "'192.168.20.0/24'");
    struct Case {
        std::string text, codes;
    };
    const Case cases[] = {
        {printers + network("b", "'192.168.21.0/24'"), ""},
        {printers + network("b", "'192.168.0.0/16'"), "E0315"},
        {printers + network("b", "'192.168.20.9'"), "E0315"},
        {printers + network("b", "'192.168.20.9'", "listeners = ['s']\n"), ""},
        {printers + network("b", "'192.168.20.9'", "listeners = ['s', 'mx']\n"), "E0315"},
        {printers + network("a", "'10.0.0.0/8'"), "E0303"},
        {printers + network("b", "'10.0.0.0/8'", "listeners = ['mxx']\n"), "E0314"},
    };
    for (const auto& c : cases) EXPECT_EQ(judged(kFront + c.text), c.codes) << c.text;
    auto no_mx = kFront;
    no_mx.replace(no_mx.find("'mx'\nbind"), 4, "'submission'");
    EXPECT_EQ(judged(no_mx + printers), "W0321");
}

TEST(ValidateMail, a_domain_is_there_once_and_has_a_route) {
    EXPECT_EQ(judged(kFront + domain("example.com") + domain("example.net")), "");
    EXPECT_EQ(judged(kFront + domain("example.com") + domain("Example.COM")), "E0316");
    auto narrow = kFront;
    narrow.replace(narrow.find("'*'"), 3, "['*.example.com', 'example.net']");
    EXPECT_EQ(judged(narrow + domain("example.com")), "W0317 W0323");
    EXPECT_EQ(judged(narrow + domain("a.example.com") + domain("example.net")), "W0317");
    auto by_account = kFront;
    by_account.replace(by_account.find("{local}"), 7, "{account}");
    EXPECT_EQ(judged(by_account + domain("example.com")), "W0324");
}

TEST(ValidateMail, a_listener_serves_somebody) {
    EXPECT_EQ(judged(kFront), "W0322");
    EXPECT_EQ(judged(kFront + domain("example.com")), "");
    EXPECT_EQ(judged(kFront + network("n", "'192.0.2.1'")), "");
    auto with_auth = kFront;
    with_auth.replace(with_auth.find("role = 'mx'\n"), 12, "role = 'mx'\nauth = true\n");
    EXPECT_EQ(judged(with_auth), "");
    auto without = kFront + domain("example.com");
    without.replace(without.find("role = 'submissions'\n"), 21,
                    "role = 'submissions'\nauth = false\n");
    EXPECT_EQ(judged(without), "W0322");
    EXPECT_EQ(judged(without + network("n", "'192.0.2.1'", "listeners = ['s']\n")), "");
}

}  // namespace
}  // namespace signet::settings
