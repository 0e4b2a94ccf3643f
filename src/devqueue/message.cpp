#include "devqueue/message.hpp"

#include <algorithm>

#include "base/encoding.hpp"

namespace moretta::devqueue {

namespace {

void append_sized(std::string_view bytes, std::string& out) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>((size >> shift) & 0xffU));
  }
  out += bytes;
}

}  // namespace

Md5 attributes_digest(const MessageAttributes& attributes) {
  std::vector<const MessageAttribute*> sorted;
  for (const MessageAttribute& attribute : attributes) {
    sorted.push_back(&attribute);
  }
  std::ranges::sort(sorted, {}, &MessageAttribute::name);
  std::string bytes;
  for (const MessageAttribute* attribute : sorted) {
    append_sized(attribute->name, bytes);
    append_sized(attribute->type, bytes);
    bytes.push_back(attribute->is_binary() ? '\2' : '\1');
    append_sized(attribute->value, bytes);
  }
  return md5(bytes);
}

MessageId new_message_id(Random& random) {
  MessageId id;
  random.fill(id);
  id[6] = (id[6] & std::byte{0x0f}) | std::byte{0x40};
  id[8] = (id[8] & std::byte{0x3f}) | std::byte{0x80};
  return id;
}

void append_id_text(const MessageId& id, std::string& out) {
  const std::span<const std::byte> bytes(id);
  std::size_t start = 0;
  for (const std::size_t size : {4U, 2U, 2U, 2U, 6U}) {
    if (start != 0) {
      out.push_back('-');
    }
    append_hex(bytes.subspan(start, size), out);
    start += size;
  }
}

}  // namespace moretta::devqueue
