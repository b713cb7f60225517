#include "app/health.h"

#include "net/run_task.h"

#include <gtest/gtest.h>

namespace signet::app {
namespace {

HealthCheck check(std::string name, std::string trouble) {
    return {std::move(name), [trouble]() -> Task<std::string> { co_return trouble; }};
}

TEST(Readiness, is_all_of_its_checks_together) {
    const std::vector<HealthCheck> well{check("spool", ""), check("audit_log", "")};
    EXPECT_EQ(net::run_task(readiness(well, false)).status, 200);
    EXPECT_EQ(net::run_task(readiness(well, false)).body, "ready\n");
    EXPECT_EQ(net::run_task(readiness(well, true)).body,
              "[+] spool: ok\n[+] audit_log: ok\nready\n");
    const std::vector<HealthCheck> ill{check("a", "no"), check("b", ""), check("c", "never")};
    EXPECT_EQ(net::run_task(readiness(ill, false)).status, 503);
    EXPECT_EQ(net::run_task(readiness(ill, false)).body, "not ready: a, c\n");
    EXPECT_EQ(net::run_task(readiness(ill, true)).body,
              "[-] a: no\n[+] b: ok\n[-] c: never\nnot ready: a, c\n");
}

}  // namespace
}  // namespace signet::app
