// [[store]] kind = "pam"
#include "app/open_store.h"
#include "app/store_watch.h"

#include "store/gated_credentials.h"
#include "store/pam_credentials.h"
#include "store/store_gate.h"

namespace signet::app {
namespace {

constexpr unsigned kWaitingEach = 20;  // for one helper

store::PamOptions options_of(const settings::StoreSettings& settings,
                             const StoreMaterial& material) {
    return {.helper = {"/proc/self/exe", "pam-helper"},
            .service = settings.pam.service,
            .directory = settings.pam.directory,
            .local_part = settings.pam.user == "local-part",
            .default_domain = material.settings.auth.default_domain,
            .helpers = settings.connections,
            .timeout = settings.timeout,
            .report = [name = settings.name, &log = material.ground.log](std::string_view detail) {
                log.write(observe::Level::warning, "PAM cannot be asked",
                          {{"store", name}, {"detail", std::string{detail}}});
            }};
}

class PamStore final : public OpenedStore {
public:
    PamStore(const settings::StoreSettings& settings, const StoreMaterial& material)
        : clock_(material.ground.clock),
          timeout_(settings.timeout),
          service_(settings.pam.service),
          pam_(options_of(settings, material)),
          gate_({.name = settings.name,
                 .timeout = settings.timeout,
                 .width = settings.connections,
                 .waiting = settings.connections * kWaitingEach},
                clock_, watcher_of(settings.name, material.ground, material.audit)),
          gated_(pam_, gate_) {}

    identity::CredentialStore& credentials() override { return gated_; }
    bool proofs() const override { return false; }
    bool tells() const override { return true; }
    std::string state() const override {
        return gate_.state() == limits::Breaker::State::closed ? "up" : "down";
    }

    Task<admin::StoreTrial> try_sign_in(std::string login, Secret password) override {
        const auto answer =
            co_await pam_.check({.authcid = std::move(login), .method = "PLAIN"},
                                std::move(password), Deadline::in(clock_, timeout_));
        admin::StoreTrial trial;
        trial.outcome = outcome_of(answer);
        trial.steps.push_back("asked PAM for the service `" + service_ + "`: " + trial.outcome);
        if (const auto* granted = answer ? std::get_if<identity::Login>(&*answer) : nullptr) {
            trial.steps.push_back(told_login(*granted));
        }
        co_return trial;
    }

private:
    const Clock& clock_;
    const std::chrono::milliseconds timeout_;
    const std::string service_;
    store::PamCredentials pam_;
    store::StoreGate gate_;
    store::GatedCredentials gated_;
};

}  // namespace

Result<std::unique_ptr<OpenedStore>, StartFault> open_pam(const settings::StoreSettings& settings,
                                                          const StoreMaterial& material) {
    return std::make_unique<PamStore>(settings, material);
}

}  // namespace signet::app
