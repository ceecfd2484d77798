# Writes OUTPUT, a C++ file with the text of every file below DIRECTORY: the examples of the rules' pages.
#   cmake -DDIRECTORY=fixtures/rules -DOUTPUT=examples.cpp -P embed_examples.cmake
file(GLOB_RECURSE files RELATIVE ${DIRECTORY} ${DIRECTORY}/*)
list(SORT files)
set(text "#include \"cli/example.h\"\n\nnamespace mlint::cli {\n\nconst std::map<std::string, std::string_view>& example_files() {\n  static const std::map<std::string, std::string_view> files = {\n")
foreach(name IN LISTS files)
  if(name MATCHES "\\.(py|sql|toml|txt|cfg|ini|yml|yaml)$" OR name MATCHES "/(Procfile|Dockerfile)$")
    file(READ ${DIRECTORY}/${name} content)
    string(APPEND text "      {\"${name}\", R\"example(${content})example\"},\n")
  endif()
endforeach()
string(APPEND text "  };\n  return files;\n}\n\n}  // namespace mlint::cli\n")
file(WRITE ${OUTPUT} "${text}")
