// Objects of C libraries with their own way to be freed, as unique_ptr.
//
//   using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
#pragma once

#include <memory>

namespace signet::crypto {

template <auto free>
struct Free {
    template <class T>
    void operator()(T* owned) const {
        free(owned);
    }
};
template <class T, auto free>
using Owned = std::unique_ptr<T, Free<free>>;

}  // namespace signet::crypto
