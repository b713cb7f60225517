// [[store]] kind = "pam"
#include "app/remote_store.h"

#include "store/pam_credentials.h"

namespace signet::app {
namespace {

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

class PamStore final : public RemoteStore<store::PamCredentials> {
public:
    PamStore(const settings::StoreSettings& settings, const StoreMaterial& material)
        : RemoteStore(settings, material, options_of(settings, material)),
          asked_("asked PAM for the service `" + settings.pam.service + "`") {}

    Task<admin::StoreTrial> try_sign_in(std::string login, Secret password) override {
        return try_by_check(asked_, std::move(login), std::move(password));
    }

private:
    const std::string asked_;
};

}  // namespace

Result<std::unique_ptr<OpenedStore>, StartFault> open_pam(const settings::StoreSettings& settings,
                                                          const StoreMaterial& material) {
    return std::make_unique<PamStore>(settings, material);
}

}  // namespace signet::app
