#include "pg/vault_memory.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <string>

namespace moretta::pg {

namespace {

std::size_t place_of(const Sha256& name, std::size_t places) {
  std::size_t number = 0;
  std::memcpy(&number, name.data() + name.size() - sizeof number, sizeof number);
  return number % places;
}

}  // namespace

VaultMemory::Name VaultMemory::name_of(const VaultEntry& entry) {
  std::string text;
  text.reserve(entry.domain.size() + entry.token.size() + 1);
  // A token holds no NUL, so the two cannot run into each other.
  text.append(entry.token).push_back('\0');
  text.append(entry.domain);
  return sha256(text);
}

void VaultMemory::pass_time(SteadyTime now) {
  if (now - since_ >= age_max) {
    since_ = now;
    kept_.clear();
  }
}

bool VaultMemory::knows(const Name& name) const {
  return !kept_.empty() &&
         std::ranges::equal(kept_[place_of(name, places)], std::span(name).first<16>());
}

void VaultMemory::learn(const Name& name) {
  kept_.resize(places);
  std::ranges::copy(std::span(name).first<16>(), kept_[place_of(name, places)].begin());
}

}  // namespace moretta::pg
