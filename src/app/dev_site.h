// The site of `signet dev`: a directory that holds everything a server needs.
#pragma once

#include "app/run.h"
#include "base/clock.h"
#include "base/entropy.h"
#include "base/result.h"
#include "base/secret.h"

#include <string>

namespace signet::app {

// Paths are absolute.
struct DevSite {
    std::string dir;
    std::uint16_t submission_port = 0, submissions_port = 0, mx_port = 0, metrics_port = 0;
    Secret password;

    std::string config() const { return dir + "/signet.toml"; }
    std::string ca() const { return dir + "/ca.pem"; }
    std::string password_file() const { return dir + "/dev-password"; }
    std::string mail() const { return dir + "/mail"; }
    std::string audit() const { return dir + "/audit"; }
    static constexpr const char* kAccount = "dev@localhost";
};

// Makes what is missing: CA, certificate, password, configuration.  Keys and password of an earlier
// run are kept; signet.toml is written anew each time, since the ports are arguments.
// The error is a sentence.
Result<DevSite, std::string> prepare_dev_site(const DevOptions& options, const Clock& clock,
                                              Entropy& entropy);

// What a person needs to send the first message: lines to paste for curl, swaks, msmtp, and the
// fields that Thunderbird asks for.
std::string how_to_send(const DevSite& site);

}  // namespace signet::app
