#include "devqueue/receipt.hpp"

#include <gtest/gtest.h>

namespace moretta::devqueue {
namespace {

constexpr std::uint64_t tag = 0x1234;

std::string handle_of(const Receipt& receipt) {
  std::string handle;
  append_receipt(receipt, tag, handle);
  return handle;
}

TEST(Receipt, comes_back_from_its_handle) {
  const Receipt receipt{77, 1'000'000, 3};

  EXPECT_EQ(parse_receipt(handle_of(receipt), tag), receipt);
}

TEST(Receipt, of_another_queue_or_made_up_is_refused) {
  const std::string handle = handle_of({77, 5, 3});
  std::string changed = handle;
  changed[8] = changed[8] == 'A' ? 'B' : 'A';

  EXPECT_FALSE(parse_receipt(handle, tag + 1));
  EXPECT_FALSE(parse_receipt(changed, tag));
  EXPECT_FALSE(parse_receipt(handle + "A", tag));
  EXPECT_FALSE(parse_receipt("junk", tag));
  EXPECT_FALSE(parse_receipt("", tag));
}

}  // namespace
}  // namespace moretta::devqueue
