#include "cli/command.h"
#include "cli/help.h"
#include "cli/parse_arguments.h"
#include "cli/resolve.h"
#include "cli/run.h"

#include "crypto/x509.h"
#include "net/system_clock.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace signet::cli {
namespace {

struct Ran {
    Exit exit;
    std::string out, err;
};

Ran ran(std::vector<std::string> words) {
    std::ostringstream out, err;
    std::istringstream in;
    Console console{.out = out, .err = err, .in = in, .ask_hidden = [](auto) {
                        return std::optional<Secret>{};
                    }};
    const auto exit = run(words, console);
    return {exit, out.str(), err.str()};
}

std::string committed(const std::string& path) {
    const char* root = std::getenv("SIGNET_SOURCE_DIR");  // NOLINT(concurrency-mt-unsafe)
    std::ifstream file{std::string{root ? root : "."} + "/" + path};
    return {std::istreambuf_iterator<char>{file}, {}};
}

TEST(Cli, without_a_command_it_helps_and_says_that_this_was_no_use) {
    EXPECT_EQ(ran({}).exit, Exit::usage);
    EXPECT_TRUE(ran({}).out.empty());
    EXPECT_EQ(ran({"--help"}).exit, Exit::ok);
    EXPECT_EQ(ran({"--help"}).out, help_of_all());
    EXPECT_EQ(ran({"config", "--help"}).out, help_of_noun("config"));
    EXPECT_EQ(ran({"config"}).exit, Exit::usage);
}

TEST(Cli, every_command_explains_itself) {
    for (const auto* command : commands()) {
        std::vector<std::string> words;
        if (!command->noun.empty()) words.emplace_back(command->noun);
        words.emplace_back(command->verb);
        words.emplace_back("--help");
        const auto help = ran(words);
        EXPECT_EQ(help.exit, Exit::ok) << command->name() << help.err;
        EXPECT_NE(help.out.find("Examples:"), std::string::npos) << command->name();
        EXPECT_FALSE(command->summary.ends_with('.')) << command->name();
    }
}

TEST(Cli, the_examples_are_understood) {
    for (const auto* command : commands()) {
        for (const auto example : command->examples) {
            std::istringstream text{std::string{example.substr(0, example.find_first_of("|<"))}};
            const std::vector<std::string> words{std::istream_iterator<std::string>{text}, {}};
            auto resolved = resolve(words);
            ASSERT_TRUE(resolved) << example;
            EXPECT_EQ(resolved->command, command) << example;
            const auto parsed = parse_arguments(*command, std::move(resolved->arguments));
            EXPECT_TRUE(parsed) << example << ": " << parsed.error();
        }
    }
}

TEST(Cli, an_unknown_command_is_answered_with_the_nearest) {
    const auto typo = ran({"chekc"});
    EXPECT_EQ(typo.exit, Exit::usage);
    EXPECT_EQ(typo.err,
              "signet: there is no command `chekc`; did you mean `check`?\n"
              "See: signet help\n");
    EXPECT_EQ(ran({"config", "descibe"}).err,
              "signet: there is no command `config descibe`; did you mean `config describe`?\n"
              "See: signet help\n");
    EXPECT_EQ(ran({"\x1b[2J"}).err.find('\x1b'), std::string::npos);
}

TEST(Cli, an_unknown_option_is_answered_with_the_nearest) {
    const auto typo = ran({"version", "--jsno"});
    EXPECT_EQ(typo.exit, Exit::usage);
    EXPECT_EQ(typo.err,
              "signet: `signet version` has no option `--jsno`; did you mean `--json`?\n"
              "See: signet version --help\n");
    EXPECT_EQ(ran({"version", "now"}).err,
              "signet: `signet version` does not take `now`\nSee: signet version --help\n");
    EXPECT_EQ(ran({"check", "--fail-on"}).exit, Exit::usage);
    EXPECT_EQ(ran({"check", "--fail-on", "info"}).exit, Exit::usage);
}

TEST(Cli, options_may_stand_before_the_command_and_verb_before_noun) {
    EXPECT_EQ(ran({"--json", "version"}).out, ran({"version", "--json"}).out);
    EXPECT_EQ(ran({"describe", "config", "auth"}).out, ran({"config", "describe", "auth"}).out);
    EXPECT_EQ(ran({"--config", "check", "version"}).exit, Exit::ok);
}

TEST(Cli, explains_codes_and_settings) {
    EXPECT_TRUE(ran({"explain", "e0102"}).out.starts_with("E0102: A key is not known\n"));
    EXPECT_EQ(ran({"explain", "E9"}).exit, Exit::not_found);
    EXPECT_EQ(ran({"config", "describe", "auth.falures"}).exit, Exit::not_found);
    EXPECT_EQ(ran({"config", "describe", "auth.falures"}).err,
              "signet: there is no such key or section; did you mean `auth.failures`?\n"
              "All of them: signet config describe\n");
}

TEST(Cli, the_committed_page_is_the_generated_one) {
    EXPECT_TRUE(committed("docs/reference/cli.md") == cli_page())
        << "run: signet help --markdown > docs/reference/cli.md";
}

class Check : public ::testing::Test {
public:
    ~Check() override { std::filesystem::remove_all(directory_); }

    Ran check(const std::string& more, std::vector<std::string> options = {}) {
        const auto path = directory_ + "/signet.toml";
        std::ofstream{path} << "version = 1\nhostname = \"a.example\"\n[tls]\ncertificate = \""
                            << directory_ << "/chain.pem\"\nkey = \"" << directory_
                            << "/key.pem\"\n[storage]\npath = \"" << directory_
                            << "/state\"\n[[listener]]\nname = \"s\"\nrole = \"submissions\"\n"
                            << "bind = \"127.0.0.1:465\"\n"
                            << more;
        options.insert(options.begin(), {"check", "--config", path});
        return ran(options);
    }

protected:
    Check() {
        std::string name =
            (std::filesystem::temp_directory_path() / "signet-check-XXXXXX").string();
        directory_ = ::mkdtemp(name.data());
        const auto now = net::SystemClock{}.wall();
        const auto ca = crypto::make_ca("Test CA", now, std::chrono::days{2});
        const auto pair =
            crypto::issue_server_certificate(*ca, {"a.example"}, now, std::chrono::days{1});
        put("/chain.pem", pair->certificate_pem);
        put("/key.pem", pair->key_pem.reveal());
    }
    void put(const std::string& file, std::string_view text) {
        std::filesystem::remove(directory_ + file);
        std::ofstream{directory_ + file} << text;
        std::filesystem::permissions(directory_ + file, std::filesystem::perms::owner_read);
    }

    std::string directory_;
    const std::string route_ = "[[route]]\nname = \"r\"\nmatch = \"*\"\nmaildir = \"/m\"\n";
};

TEST_F(Check, clean_settings_end_with_what_was_looked_at_and_what_comes_next) {
    const auto result = check(route_);
    EXPECT_EQ(result.exit, Exit::ok) << result.out;
    EXPECT_TRUE(result.out.starts_with("[ok] open relay: nobody sends without signing in"));
    EXPECT_TRUE(result.out.ends_with("\nno problems\n"));
    EXPECT_EQ(result.err, "Next: signet serve --config " + directory_ + "/signet.toml\n");
    EXPECT_EQ(check(route_, {"--json"}).out, "[]\n");
}

TEST_F(Check, warnings_count_when_asked_to) {
    EXPECT_EQ(check("").exit, Exit::ok);  // no route for all: W0317
    EXPECT_EQ(check("", {"--fail-on", "warn"}).exit, Exit::findings);
    EXPECT_EQ(check(route_, {"--fail-on", "warn"}).exit, Exit::ok);
}

TEST_F(Check, invalid_and_unsafe_settings_are_78) {
    EXPECT_EQ(check(route_ + "x = 1\n").exit, Exit::settings);
    EXPECT_TRUE(check(route_ + "x = 1\n", {"--json"}).out.starts_with(R"([{"code":"E0102")"));
    put("/chain.pem", "x");
    EXPECT_NE(check(route_).out.find("E0322"), std::string::npos);
    std::filesystem::remove(directory_ + "/key.pem");
    const auto missing = check(route_);
    EXPECT_EQ(missing.exit, Exit::settings);
    EXPECT_NE(missing.out.find("E0311"), std::string::npos);
    EXPECT_EQ(missing.out.find("E0322"), std::string::npos);  // said once
    EXPECT_EQ(ran({"check", "--config", directory_ + "/none"}).exit, Exit::settings);
}

}  // namespace
}  // namespace signet::cli
