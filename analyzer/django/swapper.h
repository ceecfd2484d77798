#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "parsers/python/module.h"

// The package swapper: kvs.Thing stands unless the setting KVS_THING_MODEL names another model.
namespace mlint::django {

// What swapper.FUNCTION("kvs", "Thing", …) speaks about: "kvs.Thing"; nothing: another call, or no constants.
std::optional<std::string> swapper_model(const py::Value& value, std::string_view function);
// Of "kvs.Thing": KVS_THING_MODEL.
std::string swapper_setting(std::string_view model);

}  // namespace mlint::django
