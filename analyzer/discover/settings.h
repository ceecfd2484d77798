#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyzer/discover/python_modules.h"

namespace mlint {

// What stands behind DJANGO_SETTINGS_MODULE in the text of manage.py, wsgi.py, pytest.ini …; names of modules, where
// they are constants, and perhaps other words: the caller knows which modules exist.
std::vector<std::string> settings_modules_named_in(std::string_view text);

// The settings of a module of the project, as far as they can be known without running it. What the environment
// decides takes its default.
DjangoSettings read_settings(PythonModules& modules, const PythonModules::Loaded& module);

}  // namespace mlint
