#pragma once

// A keyset in a file of its own, changed as a whole: whoever reads it meanwhile, a backup too, sees
// the old one or the new one.

#include <string>

#include "app/descriptor.hpp"
#include "mask/keyset.hpp"

namespace moretta::app {

class KeysetFile {
 public:
  // Throws Refused if it is not there, open to others, no keyset, or somebody else is changing it.
  explicit KeysetFile(std::string path);

  // Keys that are wrapped or named by a ref are left where they are.
  mask::Keyset& keys() { return keys_; }

  // Writes what keys() has become: a new file, mode 0600, synced, put in the place of the old one.
  // Throws Refused, and leaves the old one in its place.
  void save() const;

  // Makes a file that must not exist yet. Throws Refused.
  static void create(const std::string& path, const mask::Keyset& keys);

 private:
  std::string path_;   // without symbolic links, which would be replaced otherwise
  Descriptor locked_;  // until the end of this object
  mask::Keyset keys_;
};

}  // namespace moretta::app
