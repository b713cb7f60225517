// A real PostgreSQL server for tests: Debian's as tools/peers.sh unpacks it, on a free port and a
// Unix socket of this machine, stopped by its process id.  It refuses to be root: then it runs as
// nobody.
#pragma once

#include "conformance/credential_bench.h"
#include "net/run_task.h"
#include "store/postgres_pool.h"
#include "store/temporary_folder.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace signet::conformance {

class Postgres {
public:
    static bool is_here() { return std::filesystem::exists(program("postgres")); }

    Postgres() : port_(free_port()) {
        if (::geteuid() == 0 && ::chown((folder_ / "").c_str(), kNobody, kNobody) != 0) {
            throw std::runtime_error("chown");
        }
        wait_for(start("initdb", {"-D", data(), "-U", "postgres", "-A", "trust", "--no-sync",
                                  "--locale=C", "-E", "UTF8"}));
        run();
    }
    ~Postgres() { stop(); }
    Postgres(const Postgres&) = delete;
    Postgres& operator=(const Postgres&) = delete;

    void run() {
        process_ = start("postgres", {"-D", data(), "-k", folder_ / "", "-p", std::to_string(port_),
                                      "-c", "fsync=off", "-c", "log_min_messages=panic", "-c",
                                      "listen_addresses=127.0.0.1"});
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{60};
        while (!sql("postgres", {"SELECT 1"})) {
            if (std::chrono::steady_clock::now() > end) throw std::runtime_error("it is silent");
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
        }
    }
    // "immediate": nobody is asked to finish.
    void stop() {
        if (process_ <= 0) return;
        ::kill(process_, SIGQUIT);
        ::waitpid(process_, nullptr, 0);
        process_ = 0;
    }
    void freeze() const { ::kill(process_, SIGSTOP); }
    void thaw() const { ::kill(process_, SIGCONT); }

    store::PostgresServer server(const std::string& database) const {
        store::PostgresServer made;
        made.hosts = {{folder_ / "", port_}};
        made.database = database;
        made.user = "postgres";
        return made;
    }
    std::uint16_t port() const { return port_; }

    // Each on its own: CREATE DATABASE takes no company.
    store::PostgresAnswer sql(const std::string& database, std::vector<std::string> statements) {
        store::PostgresPoolOptions options;
        options.server = server(database);
        options.connections = 1;
        store::PostgresPool pool{std::move(options)};
        return net::run_task(pool.run_alone(
            std::move(statements),
            Deadline::at(std::chrono::steady_clock::now() + std::chrono::seconds{30}),
            std::make_shared<std::vector<std::string>>()));
    }
    // An empty database of its own.
    std::string make_database() {
        const auto name = "test" + std::to_string(++databases_);
        if (auto made = sql("postgres", {"CREATE DATABASE " + name}); !made) {
            throw std::runtime_error(made.error().detail);
        }
        return name;
    }

private:
    static constexpr uid_t kNobody = 65'534;

    static std::string program(const std::string& name) {
        return SIGNET_PEERS "/postgresql/usr/lib/postgresql/15/bin/" + name;
    }
    std::string data() const { return folder_ / "data"; }
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
    static void wait_for(pid_t process) {
        int status = 0;
        ::waitpid(process, &status, 0);
        if (status != 0) throw std::runtime_error("initdb failed");
    }
    pid_t start(const std::string& name, std::vector<std::string> arguments) const {
        auto path = program(name);
        std::string libraries =
            "LD_LIBRARY_PATH=" SIGNET_PEERS "/postgresql/usr/lib/x86_64-linux-gnu";
        std::string search = "PATH=/usr/bin:/bin", language = "LC_ALL=C";
        std::vector<char*> argv{path.data()};
        for (auto& one : arguments) argv.push_back(one.data());
        argv.push_back(nullptr);
        char* environment[] = {libraries.data(), search.data(), language.data(), nullptr};
        const auto inside = folder_ / "";
        const pid_t child = ::fork();
        if (child != 0) return child;
        const bool root = ::geteuid() == 0;
        if (root && (::setresgid(kNobody, kNobody, kNobody) != 0 ||
                     ::setresuid(kNobody, kNobody, kNobody) != 0)) {
            ::_exit(1);
        }
        const int nowhere = ::open("/dev/null", O_WRONLY);
        if (::chdir(inside.c_str()) != 0 || ::dup2(nowhere, STDOUT_FILENO) < 0) ::_exit(1);
        ::execve(path.c_str(), argv.data(), environment);
        ::_exit(1);
    }

    store::TemporaryFolder folder_;
    const std::uint16_t port_;
    pid_t process_ = 0;
    int databases_ = 0;
};

// One for the whole program: each test has a database of its own there.
inline Postgres& the_postgres() {
    static Postgres server;
    return server;
}

}  // namespace signet::conformance
