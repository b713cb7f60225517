// A real LDAP directory for tests: Debian's slapd as tools/peers.sh unpacks it, on a free port of
// this machine, stopped by its process id.
#pragma once

#include "conformance/credential_bench.h"
#include "store/temporary_folder.h"

#include <arpa/inet.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace signet::conformance {

class Slapd {
public:
    static bool is_here() { return std::filesystem::exists(root() + "/usr/sbin/slapd"); }

    Slapd() : port_(free_port()) {
        std::filesystem::create_directory(folder_ / "data");
        write("slapd.conf", configuration());
        write("people.ldif", people());
        const auto added =
            start("slapadd", {"-f", folder_ / "slapd.conf", "-l", folder_ / "people.ldif"});
        int status = 0;
        ::waitpid(added, &status, 0);
        if (status != 0) throw std::runtime_error("slapadd failed");
        run();
    }
    ~Slapd() { stop(); }
    Slapd(const Slapd&) = delete;
    Slapd& operator=(const Slapd&) = delete;

    void run() {
        process_ = start("slapd", {"-f", folder_ / "slapd.conf", "-h", url() + "/", "-d", "none"});
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{30};
        while (!answers()) {
            if (std::chrono::steady_clock::now() > end) throw std::runtime_error("slapd is silent");
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
        }
    }
    void stop() {
        if (process_ <= 0) return;
        ::kill(process_, SIGTERM);
        ::waitpid(process_, nullptr, 0);
        process_ = 0;
    }
    std::string url() const { return "ldap://127.0.0.1:" + std::to_string(port_); }

private:
    static std::string root() { return SIGNET_PEERS "/slapd"; }

    void write(const std::string& name, const std::string& text) const {
        std::ofstream{folder_ / name} << text;
    }
    std::string configuration() const {
        const auto schema = "include " + root() + "/etc/ldap/schema/";
        return schema + "core.schema\n" + schema + "cosine.schema\n" + schema +
               "inetorgperson.schema\nmodulepath " + root() +
               "/usr/lib/ldap\nmoduleload back_mdb\ndatabase mdb\nsuffix dc=example,dc=com\n"
               "directory " +
               (folder_ / "data") +
               "\naccess to attrs=userPassword by anonymous auth by * none\n"
               "access to * by * read\n";
    }
    static std::string people() {
        std::string ldif =
            "dn: dc=example,dc=com\nobjectClass: dcObject\nobjectClass: organization\n"
            "dc: example\no: Example\n\n";
        for (const auto& one : kBenchAccounts) {
            const auto name = std::string{one.name};
            ldif +=
                "dn: uid=" + name + ",dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: " + name +
                "\ncn: x\nsn: x\nmail: " + name + "\nuserPassword: " + std::string{one.password} +
                (one.enabled ? "" : "\nemployeeType: disabled") + "\n\n";
        }
        return ldif;
    }
    static std::uint16_t free_port() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        ::bind(probe, reinterpret_cast<sockaddr*>(&address), sizeof address);
        ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size);
        ::close(probe);
        return ::ntohs(address.sin_port);
    }
    bool answers() const {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
        address.sin_port = ::htons(port_);
        const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const bool connected =
            ::connect(probe, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
        ::close(probe);
        return connected;
    }
    pid_t start(const std::string& program, std::vector<std::string> arguments) const {
        auto path = root() + "/usr/sbin/" + program;
        std::string libraries = "LD_LIBRARY_PATH=" + root() + "/usr/lib/x86_64-linux-gnu";
        std::vector<char*> argv{path.data()};
        for (auto& one : arguments) argv.push_back(one.data());
        argv.push_back(nullptr);
        char* environment[] = {libraries.data(), nullptr};
        pid_t child = 0;
        if (::posix_spawn(&child, path.c_str(), nullptr, nullptr, argv.data(), environment) != 0) {
            throw std::runtime_error("cannot start " + program);
        }
        return child;
    }

    store::TemporaryFolder folder_;
    const std::uint16_t port_;
    pid_t process_ = 0;
};

}  // namespace signet::conformance
