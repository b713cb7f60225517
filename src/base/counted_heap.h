// For tests that promise memory: operator new and delete of a program that links it, counted octet
// by octet.  A library of its own, signet_counted_heap, since nobody else's heap is to be counted.
//
// For programs that allocate on one thread while they count.
#pragma once

#include <cstddef>

namespace signet {

struct CountedHeap {
    std::size_t live_octets = 0, peak_octets = 0, allocations = 0;
};
CountedHeap& counted_heap();

}  // namespace signet
