// [[store]] kind = "passwd-file"
#include "app/open_store.h"

#include "store/credentials_database.h"
#include "store/passwd_file_source.h"

namespace signet::app {
namespace {

using Remarks = std::vector<identity::PasswdRemark>;

std::string text_of(const std::string& path, const identity::PasswdRemark& remark) {
    if (remark.line == 0) return remark.what;
    return path + ":" + std::to_string(remark.line) + ": " + remark.what;
}

identity::FormatRules formats_of(const settings::PasswdFileSettings& file) {
    return {.default_scheme = file.default_scheme,
            .weak = file.weak_schemes,
            .plain = file.plain_passwords};
}

class PasswdFileStore final : public OpenedStore {
public:
    PasswdFileStore(std::unique_ptr<store::PasswdFileSource> source,
                    const settings::StoreSettings& settings, const StoreMaterial& material)
        : source_(std::move(source)),
          database_(*source_, material.hasher, material.pool, material.ground.clock,
                    material.ground.entropy,
                    {.cache_life = material.settings.auth.cache_life,
                     .verifiers = &material.verifiers,
                     .foreign = formats_of(settings.file),
                     .read_only = true}) {}

    identity::CredentialStore& credentials() override { return database_; }
    identity::AccountSource* accounts() override { return source_.get(); }
    bool proofs() const override { return true; }
    bool tells() const override { return false; }
    std::string state() const override { return std::to_string(source_->accounts()) + " accounts"; }

private:
    std::unique_ptr<store::PasswdFileSource> source_;
    store::CredentialsDatabase database_;
};

// What is said when the file was read anew, or could not be.
auto teller(const std::string& name, const std::string& path, observe::Log& log) {
    return [name, path, &log](const Remarks& faults, const Remarks& remarks) {
        for (const auto& fault : faults) {
            log.write(observe::Level::error,
                      "accounts are not read anew, those read before stay in force",
                      {{"store", name}, {"detail", text_of(path, fault)}});
        }
        for (const auto& remark : remarks) {
            log.write(observe::Level::warning, text_of(path, remark), {{"store", name}});
        }
        if (faults.empty()) {
            log.write(observe::Level::info, "accounts are read", {{"store", name}, {"file", path}});
        }
    };
}

}  // namespace

Result<std::unique_ptr<OpenedStore>, StartFault> open_passwd_file(
    const settings::StoreSettings& settings, const StoreMaterial& material) {
    const auto& file = settings.file;
    auto opened = store::PasswdFileSource::open(
        {.path = file.path,
         .rules = {.formats = formats_of(file),
                   .default_domain = material.settings.auth.default_domain},
         .told = teller(settings.name, file.path, material.ground.log)},
        material.ground.clock);
    if (opened) {
        return std::make_unique<PasswdFileStore>(std::move(*opened), settings, material);
    }
    std::string sentence = "the store `" + settings.name + "` cannot be opened";
    for (const auto& fault : opened.error()) sentence += "\n  " + text_of(file.path, fault);
    return fail(StartFault::settings(std::move(sentence)));
}

}  // namespace signet::app
