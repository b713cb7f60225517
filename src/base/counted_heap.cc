#include "base/counted_heap.h"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace signet {

CountedHeap& counted_heap() {
    static constinit CountedHeap heap;
    return heap;
}

}  // namespace signet

namespace {

void give_back(void* octets) noexcept {
    signet::counted_heap().live_octets -= malloc_usable_size(octets);
    std::free(octets);
}

}  // namespace

void* operator new(std::size_t size) {
    void* octets = std::malloc(size);
    if (octets == nullptr) throw std::bad_alloc{};
    auto& heap = signet::counted_heap();
    heap.live_octets += malloc_usable_size(octets);
    heap.peak_octets = std::max(heap.peak_octets, heap.live_octets);
    ++heap.allocations;
    return octets;
}
// These are what frees it; the analyser takes that for a use behind the end.
// NOLINTBEGIN(clang-analyzer-cplusplus.NewDelete)
void operator delete(void* octets) noexcept { give_back(octets); }
void operator delete(void* octets, std::size_t) noexcept { give_back(octets); }
// NOLINTEND(clang-analyzer-cplusplus.NewDelete)
