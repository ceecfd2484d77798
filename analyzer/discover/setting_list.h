#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "parsers/python/module.h"

namespace mlint {

// What `Base.INSTALLED_APPS` is, where Base is a class of the settings or an instance of one; null: not known.
using SettingAttribute = std::function<const py::Value*(std::string_view dotted)>;

// The strings of a list setting however it is put together, each once; false when a part is not known.
bool collect_strings(const py::Value& written, std::vector<std::string>& into, const SettingAttribute& attribute);

}  // namespace mlint
