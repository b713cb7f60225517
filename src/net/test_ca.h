// For tests: a certificate authority of one's own, in a directory that is gone afterwards.
#pragma once

#include <chrono>
#include <memory>
#include <string>

namespace signet::net {

class TestCa {
public:
    struct Files {
        std::string certificate, key;
    };

    TestCa();
    ~TestCa();

    const std::string& file() const { return file_; }  // PEM, to be trusted
    // For a DNS name or an IP address; valid for a day from `ago` days ago.
    Files issue(const std::string& name, std::chrono::days ago = std::chrono::days{0});
    // A file in the directory; its path.
    std::string write(const std::string& name, const std::string& content) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
    std::string file_;
};

}  // namespace signet::net
