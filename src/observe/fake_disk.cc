#include "observe/fake_disk.h"

#include <algorithm>
#include <cerrno>

namespace signet::observe {

class FakeFile final : public File {
public:
    FakeFile(FakeDisk& disk, std::shared_ptr<FakeDisk::Node> node)
        : disk_(disk), node_(std::move(node)) {}

    Result<std::uint64_t, FileFault> size() override {
        const std::lock_guard lock{disk_.mutex_};
        if (const auto fault = disk_.count(DiskCall::size)) return signet::fail(*fault);
        return node_->content.size();
    }
    Result<std::string, FileFault> read(std::uint64_t offset, std::size_t octets) override {
        const std::lock_guard lock{disk_.mutex_};
        if (const auto fault = disk_.count(DiskCall::read)) return signet::fail(*fault);
        if (offset > node_->content.size()) return std::string{};
        return node_->content.substr(offset, octets);
    }
    Result<std::size_t, FileFault> append(std::string_view octets) override {
        const std::lock_guard lock{disk_.mutex_};
        if (const auto fault = disk_.count(DiskCall::append)) return signet::fail(*fault);
        auto taken = std::min(octets.size(), disk_.largest_append_);
        if (disk_.capacity_)
            taken = std::min(taken, *disk_.capacity_ - std::min(*disk_.capacity_, disk_.used()));
        if (taken == 0) return signet::fail(FileFault{ENOSPC});
        node_->content += octets.substr(0, taken);
        return taken;
    }
    Result<void, FileFault> truncate(std::uint64_t size) override {
        const std::lock_guard lock{disk_.mutex_};
        if (const auto fault = disk_.count(DiskCall::truncate)) return signet::fail(*fault);
        node_->content.resize(size);
        return {};
    }
    Result<void, FileFault> sync() override {
        const std::lock_guard lock{disk_.mutex_};
        if (const auto fault = disk_.count(DiskCall::sync)) return signet::fail(*fault);
        node_->synced = node_->content;
        return {};
    }

private:
    FakeDisk& disk_;
    std::shared_ptr<FakeDisk::Node> node_;
};

class FakeDirectory final : public Directory {
public:
    explicit FakeDirectory(FakeDisk& disk) : disk_(disk) {}

    Result<std::unique_ptr<File>, FileFault> open_to_append(const std::string& name) override {
        return open(name, true);
    }
    Result<std::unique_ptr<File>, FileFault> open_to_read(const std::string& name) override {
        return open(name, false);
    }
    Result<std::vector<std::string>, FileFault> list() override {
        {
            const std::lock_guard lock{disk_.mutex_};
            if (const auto fault = disk_.count(DiskCall::list)) return signet::fail(*fault);
        }
        return disk_.names();
    }
    Result<void, FileFault> rename(const std::string& from, const std::string& to) override {
        const std::lock_guard lock{disk_.mutex_};
        if (const auto fault = disk_.count(DiskCall::rename)) return signet::fail(*fault);
        if (!disk_.names_.contains(from)) return signet::fail(FileFault{ENOENT});
        if (disk_.names_.contains(to)) return signet::fail(FileFault{EEXIST});
        disk_.names_[to] = disk_.names_[from];
        disk_.names_.erase(from);
        return {};
    }
    Result<void, FileFault> sync() override {
        const std::lock_guard lock{disk_.mutex_};
        if (const auto fault = disk_.count(DiskCall::sync_directory)) return signet::fail(*fault);
        disk_.synced_names_ = disk_.names_;
        return {};
    }
    Result<void, FileFault> lock() override {
        const std::lock_guard lock{disk_.mutex_};
        if (const auto fault = disk_.count(DiskCall::lock)) return signet::fail(*fault);
        return {};
    }

private:
    Result<std::unique_ptr<File>, FileFault> open(const std::string& name, bool create) {
        const std::lock_guard lock{disk_.mutex_};
        if (const auto fault = disk_.count(DiskCall::open)) return signet::fail(*fault);
        if (!create && !disk_.names_.contains(name)) return signet::fail(FileFault{ENOENT});
        auto& node = disk_.names_[name];
        if (!node) node = std::make_shared<FakeDisk::Node>();
        return std::make_unique<FakeFile>(disk_, node);
    }

    FakeDisk& disk_;
};

std::unique_ptr<Directory> FakeDisk::directory() { return std::make_unique<FakeDirectory>(*this); }

void FakeDisk::fail(DiskCall call, int error, int times) {
    const std::lock_guard lock{mutex_};
    faults_[call] = {error, times};
}

void FakeDisk::cut_appends(std::size_t octets) {
    const std::lock_guard lock{mutex_};
    largest_append_ = octets;
}

void FakeDisk::set_capacity(std::optional<std::size_t> octets) {
    const std::lock_guard lock{mutex_};
    capacity_ = octets;
}

void FakeDisk::lose_power() {
    const std::lock_guard lock{mutex_};
    names_ = synced_names_;
    for (auto& [name, node] : names_) {  // the old files belong to the process that died
        auto kept = std::make_shared<Node>();
        kept->content = kept->synced = node->synced;
        node = std::move(kept);
    }
    synced_names_ = names_;
}

std::string FakeDisk::content(const std::string& name) const {
    const std::lock_guard lock{mutex_};
    const auto found = names_.find(name);
    return found == names_.end() ? std::string{} : found->second->content;
}

void FakeDisk::put(const std::string& name, std::string content) {
    const std::lock_guard lock{mutex_};
    auto node = std::make_shared<Node>();
    node->content = node->synced = std::move(content);
    names_[name] = synced_names_[name] = std::move(node);
}

std::vector<std::string> FakeDisk::names() const {
    const std::lock_guard lock{mutex_};
    std::vector<std::string> found;
    for (const auto& [name, node] : names_) found.push_back(name);
    return found;
}

int FakeDisk::calls(DiskCall call) const {
    const std::lock_guard lock{mutex_};
    const auto found = calls_.find(call);
    return found == calls_.end() ? 0 : found->second;
}

std::optional<FileFault> FakeDisk::count(DiskCall call) {
    ++calls_[call];
    const auto found = faults_.find(call);
    if (found == faults_.end() || found->second.second == 0) return {};
    --found->second.second;
    return FileFault{found->second.first};
}

std::size_t FakeDisk::used() const {
    std::size_t octets = 0;
    for (const auto& [name, node] : names_) octets += node->content.size();
    return octets;
}

}  // namespace signet::observe
