#include "app/hash_meter.h"

#include <gmock/gmock.h>

namespace signet::app {
namespace {

using testing::HasSubstr;

class SlowHasher final : public identity::PasswordHasher {
public:
    explicit SlowHasher(ManualClock& clock) : clock_(clock) {}
    Result<std::string, crypto::HashFault> hash(std::string_view) const override {
        return std::string{"made"};
    }
    Result<bool, crypto::HashFault> verify(const identity::PasswordFormat&,
                                           std::string_view password) const override {
        clock_.advance(std::chrono::milliseconds{30});
        return password == "right";
    }
    const identity::PasswordFormat& decoy() const override { return decoy_; }
    bool outdated(const identity::PasswordFormat&) const override { return true; }

private:
    ManualClock& clock_;
    identity::PasswordFormat decoy_;
};

TEST(HashMeter, times_a_check_by_its_scheme_and_changes_no_answer) {
    ManualClock clock;
    observe::Registry registry;
    const SlowHasher hasher{clock};
    const HashMeter meter{hasher, registry, clock};
    const auto text = [&] { return registry.text(observe::Exposition::text); };
    EXPECT_THAT(text(), HasSubstr("signet_password_hash_seconds_count{scheme=\"argon2id\"} 0\n"));
    identity::PasswordFormat format;
    format.scheme = identity::PasswordScheme::bcrypt;
    EXPECT_EQ(meter.verify(format, "right"), true);
    EXPECT_EQ(meter.verify(format, "wrong"), false);
    EXPECT_EQ(meter.hash("x"), "made");
    EXPECT_EQ(&meter.decoy(), &hasher.decoy());
    EXPECT_TRUE(meter.outdated(format));
    EXPECT_THAT(text(), HasSubstr("signet_password_hash_seconds_bucket{scheme=\"bcrypt\",le="
                                  "\"0.05\"} 2\n"));
    EXPECT_THAT(text(), HasSubstr("signet_password_hash_seconds_bucket{scheme=\"bcrypt\",le="
                                  "\"0.025\"} 0\n"));
}

}  // namespace
}  // namespace signet::app
