// A disk for tests: it can be full, broken, slow to sync, and lose power.
#pragma once

#include "observe/files.h"

#include <map>
#include <mutex>
#include <optional>

namespace signet::observe {

enum class DiskCall {
    open,
    size,
    read,
    append,
    truncate,
    sync,
    rename,
    sync_directory,
    list,
    lock
};

// Safe for concurrent use.  Outlives the directories and files it gives out.
class FakeDisk {
public:
    std::unique_ptr<Directory> directory();

    // The next `times` calls of that kind fail.
    void fail(DiskCall call, int error, int times = 1);
    // An append takes at most so many octets from now on.
    void cut_appends(std::size_t octets);
    // The disk holds so many octets; an append beyond takes what fits, then fails with ENOSPC.
    void set_capacity(std::optional<std::size_t> octets);

    // What was not synced is gone: octets, new names and renames.
    void lose_power();

    std::string content(const std::string& name) const;      // "" if there is no such file
    void put(const std::string& name, std::string content);  // synced
    std::vector<std::string> names() const;
    int calls(DiskCall call) const;

private:
    friend class FakeFile;
    friend class FakeDirectory;
    struct Node {
        std::string content, synced;
    };
    using Names = std::map<std::string, std::shared_ptr<Node>>;

    std::optional<FileFault> count(DiskCall call);  // with the lock held
    std::size_t used() const;

    mutable std::mutex mutex_;
    Names names_, synced_names_;
    std::map<DiskCall, std::pair<int, int>> faults_;  // error, times
    std::map<DiskCall, int> calls_;
    std::size_t largest_append_ = SIZE_MAX;
    std::optional<std::size_t> capacity_;
};

}  // namespace signet::observe
