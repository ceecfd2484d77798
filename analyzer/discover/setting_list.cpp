#include "analyzer/discover/setting_list.h"

#include <algorithm>
#include <array>
#include <optional>

#include "analyzer/base/overloaded.h"
#include "analyzer/discover/setting_value.h"

namespace mlint {
namespace {

void add_once(std::vector<std::string>& into, std::string_view item) {
  if (std::find(into.begin(), into.end(), item) == into.end()) into.emplace_back(item);
}

// "a,b".split(","), the text perhaps the default of the environment; false when it is no such call.
bool collect_split(const py::Call& call, std::vector<std::string>& into) {
  const auto* callee = call.callee->as<py::Attribute>();
  if (callee == nullptr || callee->name != "split") return false;
  const auto text = text_of(callee->base.get());
  const auto separator = call.arguments.empty() ? std::optional<std::string>(" ") : text_of(&call.arguments[0]);
  if (!text || !separator || separator->empty()) return false;
  std::string_view rest = *text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(*separator), rest.size());
    if (end > 0) add_once(into, rest.substr(0, end));
    rest.remove_prefix(std::min(end + separator->size(), rest.size()));
  }
  return true;
}

struct Collector {
  std::vector<std::string>& into;
  const SettingAttribute& attribute;

  bool collect(const py::Value& written, int depth) const;
};

bool Collector::collect(const py::Value& written, int depth) const {
  if (depth > 50) return false;
  const py::Value& value = settled(written);
  const auto all = [&](const py::Values& items) {
    bool complete = true;
    for (const py::Value& item : items) complete = collect(item, depth + 1) && complete;
    return complete;
  };
  return std::visit(overloaded{
                        [&](const py::String& text) {
                          add_once(into, text.text);
                          return true;
                        },
                        [&](const py::List& list) { return all(list.items); },
                        [&](const py::Tuple& tuple) { return all(tuple.items); },
                        [&](const py::Set& set) { return all(set.items); },
                        [&](const py::Starred& starred) { return collect(*starred.value, depth + 1); },
                        [&](const py::Binary& binary) {
                          if (binary.op != "+" && binary.op != "|") return false;
                          const bool left = collect(*binary.left, depth + 1);
                          return collect(*binary.right, depth + 1) && left;
                        },
                        [&](const py::Call& call) {
                          static constexpr std::array<std::string_view, 6> keepers = {
                              "list", "tuple", "sorted", "set", "dict.fromkeys", "collections.OrderedDict.fromkeys"};
                          const std::string callee = callee_text(*call.callee);
                          const bool keeps = std::find(keepers.begin(), keepers.end(), callee) != keepers.end();
                          if (keeps) return call.arguments.empty() || collect(call.arguments[0], depth + 1);
                          if (collect_split(call, into)) return true;
                          if (const py::Value* given = keyword(call, "default")) return collect(*given, depth + 1);
                          // What a function makes of lists is not known; most of them keep what they are given.
                          for (const py::Value& it : call.arguments) {
                            if (!it.is<py::String>()) collect(it, depth + 1);
                          }
                          return callee == "itertools.chain" || callee == "sum";
                        },
                        [&](const py::Name& name) {
                          const py::Value* found = attribute ? attribute(name.dotted) : nullptr;
                          return found != nullptr && collect(*found, depth + 1);
                        },
                        [&](const py::Attribute& part) {
                          const std::string dotted = std::string(py::dotted_name(*part.base)) + "." + part.name;
                          const py::Value* found = attribute ? attribute(dotted) : nullptr;
                          return found != nullptr && collect(*found, depth + 1);
                        },
                        [&](const py::None&) { return true; },
                        [&](const auto&) { return false; },
                    },
                    value.kind);
}

}  // namespace

bool collect_strings(const py::Value& written, std::vector<std::string>& into, const SettingAttribute& attribute) {
  return Collector{into, attribute}.collect(written, 0);
}

}  // namespace mlint
