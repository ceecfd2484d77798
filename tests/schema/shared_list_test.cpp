#include "analyzer/schema/shared_list.h"

#include <catch2/catch.hpp>
#include <numeric>

using namespace mlint;

namespace {

using List = SharedList<int>;

List counted(int size) {
  List list;
  for (int i = 0; i < size; ++i) list.push_back(int{i});
  return list;
}

}  // namespace

TEST_CASE("a shared list is a vector of values", "[schema]") {
  constexpr int many = 3 * static_cast<int>(List::chunk_size) + 5;
  List list = counted(many);
  std::vector<int> expected(many);
  std::iota(expected.begin(), expected.end(), 0);
  CHECK(std::vector<int>(list.begin(), list.end()) == expected);

  const List before = list;
  list.edit(70) = -1;
  list.erase(10);
  CHECK(list.erase_if([](int each) { return each >= many - 7; }) == 7);
  expected[70] = -1;
  expected.erase(expected.begin() + 10);
  expected.resize(expected.size() - 7);
  CHECK(std::vector<int>(list.begin(), list.end()) == expected);
  CHECK(list.back() == many - 8);
  CHECK(before[70] == 70);
  CHECK(before.size() == many);

  list.clear();
  CHECK(list.empty());
  list.push_back(7);
  CHECK(list.front() == 7);
}

TEST_CASE("one element more leaves all chunks but the last shared", "[schema]") {
  const List before = counted(100 * static_cast<int>(List::chunk_size) - 1);
  List after = before;
  CHECK(after.chunks_shared_with(before) == 100);
  after.push_back(1);
  CHECK(after.chunks_shared_with(before) == 99);
  after.edit(0) = 5;
  CHECK(after.chunks_shared_with(before) == 98);
}
