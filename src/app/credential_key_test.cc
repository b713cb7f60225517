#include "app/credential_key.h"

#include "app/files.h"
#include "base/text.h"
#include "store/temporary_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace signet::app {
namespace {

using store::KeyNeed;

class CredentialKeyTest : public testing::Test {
protected:
    Result<Secret, std::string> ask(KeyNeed need, MissingKey missing = MissingKey::make) {
        return credential_key_source(settings_, entropy_, missing)(need);
    }
    void write(std::string_view content) { ASSERT_TRUE(write_file(path_, content, 0600)); }

    store::TemporaryFolder folder_;
    const std::string path_ = folder_ / "credential-key";
    settings::StorageSettings settings_{.path = path_.substr(0, path_.rfind('/')),
                                        .credential_key = {}};
    SeededEntropy entropy_{3};
};

TEST_F(CredentialKeyTest, IsMadeOnceAndReadFromThenOn) {
    const auto made = ask(KeyNeed::may_be_made);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->size(), crypto::kSealKeySize);
    struct ::stat about{};
    ASSERT_EQ(::stat(path_.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 07777, 0600u);
    EXPECT_EQ(ask(KeyNeed::may_be_made)->reveal(), made->reveal());
    EXPECT_EQ(ask(KeyNeed::must_be_there)->reveal(), made->reveal());
    EXPECT_EQ(ask(KeyNeed::must_be_there, MissingKey::refuse)->reveal(), made->reveal());
}

TEST_F(CredentialKeyTest, IsNeverMadeWhereSomethingIsSealedOrWhoeverAsksMayNot) {
    for (const auto& answer :
         {ask(KeyNeed::must_be_there), ask(KeyNeed::may_be_made, MissingKey::refuse)}) {
        ASSERT_FALSE(answer);
        EXPECT_TRUE(answer.error().contains(path_)) << answer.error();
    }
    EXPECT_FALSE(read_file(path_)->has_value());
}

TEST_F(CredentialKeyTest, WhatIsNoKeyIsRefusedWithoutBeingShown) {
    for (const auto* text :
         {"", "00ff", "not a key at all, but a passphrase somebody typed here!!!",
          "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff00"}) {
        write(text);
        const auto answer = ask(KeyNeed::may_be_made);
        ASSERT_FALSE(answer) << text;
        EXPECT_TRUE(answer.error().contains("64 hexadecimal digits")) << answer.error();
        EXPECT_FALSE(answer.error().contains("passphrase")) << answer.error();
    }
}

TEST_F(CredentialKeyTest, ComesFromWhereTheSettingsSay) {
    const std::string digits(64, 'a');
    write(digits + "\r\n");
    EXPECT_EQ(hex(ask(KeyNeed::must_be_there)->reveal()), digits);
    settings_.credential_key.file = folder_ / "elsewhere";
    EXPECT_FALSE(ask(KeyNeed::may_be_made)) << "what was asked for is not there";
    ASSERT_TRUE(write_file(folder_ / "elsewhere", std::string(64, 'B') + "\n", 0600));
    EXPECT_EQ(hex(ask(KeyNeed::must_be_there)->reveal()), std::string(64, 'b'));
    ASSERT_TRUE(write_file(folder_ / "elsewhere", "short", 0600));
    EXPECT_FALSE(ask(KeyNeed::must_be_there));
}

}  // namespace
}  // namespace signet::app
