#include "app/look_at_files.h"

#include <sys/stat.h>

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace signet::app {
namespace {

namespace fs = std::filesystem;

class LookAtFiles : public ::testing::Test {
public:
    ~LookAtFiles() override { fs::remove_all(directory_); }

    std::string write(const std::string& name, const std::string& text, unsigned mode = 0600) {
        const auto path = directory_ + "/" + name;
        fs::create_directories(fs::path{path}.parent_path());
        std::ofstream{path} << text;
        ::chmod(path.c_str(), mode);
        return path;
    }

protected:
    LookAtFiles() {
        std::string name = (fs::temp_directory_path() / "signet-look-XXXXXX").string();
        directory_ = ::mkdtemp(name.data());
    }

    std::string directory_;
};

TEST_F(LookAtFiles, looks_at_the_files_that_the_settings_name) {
    settings::Snapshot snapshot;
    snapshot.tls.certificate = directory_ + "/none.pem";
    snapshot.tls.key = write("key.pem", "x", 0640);
    snapshot.storage.path = directory_;
    const auto facts = look_at_files(snapshot);
    ASSERT_EQ(facts.size(), 3u);
    EXPECT_FALSE(facts[0].exists);
    EXPECT_TRUE(facts[1].exists && facts[1].readable);
    EXPECT_EQ(facts[1].mode, 0640u);
    EXPECT_EQ(facts[1].parent_mode, 0700u);
    EXPECT_EQ(facts[2].mode, 0700u);
}

TEST_F(LookAtFiles, looks_at_the_key_of_the_credentials_wherever_it_is_once_it_is_there) {
    settings::Snapshot snapshot;
    snapshot.storage.path = directory_;
    EXPECT_EQ(look_at_files(snapshot).size(), 1u);
    const auto made = write("credential-key", "x", 0644);
    const auto facts = look_at_files(snapshot);
    ASSERT_EQ(facts.size(), 2u);
    EXPECT_EQ(facts[1].setting, "storage.credential_key");
    EXPECT_EQ(facts[1].path, made);
    EXPECT_EQ(facts[1].mode, 0644u);
    snapshot.storage.credential_key.file = directory_ + "/elsewhere";
    EXPECT_EQ(look_at_files(snapshot)[1].path, directory_ + "/elsewhere");
}

}  // namespace
}  // namespace signet::app
