#include "cli/sign_in_trial.h"

#include <gtest/gtest.h>

namespace signet::cli {
namespace {

const std::string kFine =
    R"({"kind":"route_sign_in","api_version":1,"name":"m365","user":"scan@example.com","by":"token",)"
    R"("token":{"issuer":"https://sts.windows.net/t/","tenant":"t","client":"c","object":"o","user":"",)"
    R"("audience":["https://outlook.office365.com"],"roles":["SMTP.SendAsApp"],"scopes":[],)"
    R"("expires":"2026-11-28T13:00:00.000000Z"},"secret_expires":"2027-05-01",)"
    R"("hosts":[{"host":"smtp.office365.com:587","signed_in":true,"said":""}],"missing":[]})";

TEST(SignInTrial, shows_what_the_token_says_and_what_came_of_each_host) {
    EXPECT_EQ(show_trial(kFine),
              "m365 signs in as scan@example.com with an access token\n"
              "\n"
              "The access token says, unverified, for it is meant for the smart host:\n"
              "  issuer    https://sts.windows.net/t/\n"
              "  tenant    t\n"
              "  client    c\n"
              "  object    o\n"
              "  audience  https://outlook.office365.com\n"
              "  roles     SMTP.SendAsApp\n"
              "  expires   2026-11-28T13:00:00Z\n"
              "\n"
              "The client secret ends on 2027-05-01, as the settings say.\n"
              "\n"
              "smtp.office365.com:587: taken; no message was begun\n");
    EXPECT_EQ(exit_of_trial(kFine), Exit::ok);
}

TEST(SignInTrial, names_what_is_missing) {
    const std::string trial =
        R"({"name":"m365","user":"u","by":"token","hosts":[{"host":"h:587","signed_in":false,)"
        R"("said":"535 5.7.3 no"}],"missing":["Do this.","Then that."]})";
    EXPECT_EQ(show_trial(trial),
              "m365 signs in as u with an access token\n"
              "\n"
              "There is an access token. It is opaque: nothing can be read in it.\n"
              "\n"
              "h:587: 535 5.7.3 no\n"
              "\n"
              "What is missing:\n"
              "  - Do this.\n"
              "  - Then that.\n");
    EXPECT_EQ(exit_of_trial(trial), Exit::findings);
}

TEST(SignInTrial, without_a_token_says_why_and_nothing_was_tried) {
    const std::string trial =
        R"({"name":"m","user":"u","by":"token","token_fault":"nobody has agreed","hosts":[],"missing":[]})";
    EXPECT_EQ(show_trial(trial),
              "m signs in as u with an access token\n\n"
              "There is no access token: nobody has agreed\n");
    EXPECT_EQ(exit_of_trial(trial), Exit::findings);
}

TEST(SignInTrial, of_a_password_and_of_nobody_only_the_hosts_count) {
    EXPECT_EQ(show_trial(R"({"name":"p","user":"u","by":"password","hosts":)"
                         R"([{"host":"h:465","signed_in":true,"said":""}],"missing":[]})"),
              "p signs in as u with a password\n\nh:465: taken; no message was begun\n");
    EXPECT_EQ(show_trial(R"({"name":"p","user":"","by":"password","hosts":[],"missing":[]})"),
              "p signs in as nobody\n");
    EXPECT_EQ(exit_of_trial("nothing"), Exit::findings);
    EXPECT_EQ(show_trial("[]"), " signs in as nobody\n");
}

}  // namespace
}  // namespace signet::cli
