#include "store/postgres_schema.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace signet::store {
namespace {

TEST(PostgresSchema, the_page_has_every_step_as_it_is) {
    const char* source = std::getenv("SIGNET_SOURCE_DIR");  // NOLINT(concurrency-mt-unsafe)
    if (source == nullptr) GTEST_SKIP() << "SIGNET_SOURCE_DIR is not set";
    std::ifstream file{std::string{source} + "/docs/reference/postgresql-tables.md"};
    const std::string page{std::istreambuf_iterator<char>{file}, {}};
    for (const auto& step : postgres_steps()) {
        EXPECT_TRUE(page.contains(step.sql)) << step.version;
        EXPECT_TRUE(page.contains("## " + std::to_string(step.version) + ": " +
                                  std::string{step.what} + "\n"));
        EXPECT_TRUE(page.contains("VALUES (" + std::to_string(step.version) + ", '" +
                                  std::string{step.what} + "')"));
    }
    EXPECT_TRUE(page.contains(postgres_migration().front()));
}

TEST(PostgresSchema, a_step_can_stand_within_the_statement_that_does_it_once) {
    unsigned version = 0;
    for (const auto& step : postgres_steps()) {
        EXPECT_EQ(step.version, ++version);
        EXPECT_FALSE(step.sql.contains("$step$") || step.sql.contains("$signet$"));
        EXPECT_FALSE(step.what.contains('\''));
    }
}

}  // namespace
}  // namespace signet::store
