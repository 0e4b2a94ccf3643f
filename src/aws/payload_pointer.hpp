#pragma once

// What the SQS Extended Client Library leaves in the queue of an event that was too large for it: a
// pointer to an object in S3. Pure.

#include <optional>
#include <string>

#include "record/message.hpp"

namespace moretta::aws {

struct ObjectPlace {
  std::string bucket;
  std::string key;

  bool operator==(const ObjectPlace&) const = default;
};

// By the attribute that the library sets (or set, before its version 2): a body that merely looks
// like a pointer is an event.
bool is_marked_as_pointer(const Message& message);

// nullopt if the body is no pointer of that library's, in either version's form, or its key is one
// that we do not follow: a segment `.` or `..` may be taken for a way out of the bucket.
std::optional<ObjectPlace> read_pointer(const std::string& body);

}  // namespace moretta::aws
